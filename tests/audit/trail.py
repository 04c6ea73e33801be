"""Make an audit trail and tamper with it by SQL."""

import random
from typing import Any

from django.db import connection

from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.models import Event, Head
from audit.record import action, record

ROSA, PATRICIA = "32451867", "43018552"
KINDS = [Kind.SIGNED_IN, Kind.KEY_ISSUED, Kind.RECOVERY_FAILED, Kind.MEMBER_BLOCKED]


def write_events(count: int) -> None:
    """Record `count` events of several actors, three per action."""
    for number in range(0, count, 3):
        with action():
            for place in range(number, min(number + 3, count)):
                by = Actor.staff(PATRICIA, "auxiliar", "190.0.2.0/24")
                outcome = list(Outcome)[place % 3]
                record(KINDS[place % 4], by=by, document=ROSA, outcome=outcome, reason=f"motivo {place}")


def execute(sql: str, *values: Any) -> None:
    """Run SQL as a person with the database but without the secrets."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def set_head_to_newest() -> None:
    """Make the head row match the newest event, as a careful forger would."""
    newest = Event.objects.order_by("-number").first()
    Head.objects.update(number=newest.number, mac=newest.mac)


def another(value: Any, dice: random.Random) -> str:
    """A text that differs from `value`."""
    return f"{value}{dice.choice('abc ñ')}"[-60:] if dice.random() < 0.7 or not value else ""
