"""Siege: too many failures over the whole portal ask strangers' browsers for a picture until half of them have aged.

Nobody is refused by it: known devices pass, the mail road and the office stay open.
"""

import time

from django.db import connection
from django.utils import timezone

from accounts import budgets
from accounts.documents import BadDocument, clean_document
from accounts.limits import Limit, microseconds
from accounts.models import Budget, KnownDevice
from accounts.visitors import Visitor
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record

SYSTEM = Actor.system("portal")


def under_siege() -> bool:
    """Whether strangers must read a picture now; notes the end of a siege when it finds one."""
    limit = budgets.portal()
    with connection.cursor() as cursor:  # every look at the door asks this: no query is built for it
        cursor.execute("SELECT tat FROM accounts_budget WHERE id = %s AND alarm_at IS NOT NULL", [limit.id])
        row = cursor.fetchone()
    if row is None:
        return False
    if row[0] - microseconds(timezone.now()) >= limit.burst * limit.step // 2:
        return True
    _end(limit)
    return False


class Calm:
    """That there was no siege a moment ago, as this process remembers it. Monotonic seconds."""

    until = 0.0


def seems_besieged() -> bool:
    """The same, up to a second late where there was no siege, so that the page everybody opens asks the database nothing.

    A try that comes in that second takes from the portal's budget as any other; finding it empty, it calls `start`.
    """
    if time.monotonic() < Calm.until:
        return False
    found = under_siege()
    Calm.until = 0.0 if found else time.monotonic() + 1
    return found


def asks_for_word(visitor: Visitor, typed: str | None, changing: str = "") -> bool:
    """Whether this browser must read a picture at the door: a siege, and no known device of who was typed.

    `typed` is None before anything was typed; then a device known to anybody is enough to show the page without.
    `changing` is the document of who came in with a key he must change now: he has shown a right key, and a picture is
    among the pages that are closed to him until then.
    """
    if not seems_besieged() or (changing and (typed is None or _document(typed) == changing)):
        return False
    devices = KnownDevice.objects.filter(digest=visitor.device) if visitor.device else KnownDevice.objects.none()
    if typed is not None:
        devices = devices.filter(member__document=_document(typed))
    return not any(device.lives(timezone.now()) for device in devices)


def _document(typed: str) -> str:
    try:
        return clean_document(typed)
    except BadDocument:
        return ""


def start(limit: Limit) -> None:
    """The portal's budget is empty: from now on it is a siege. Only the first one to notice leaves the event."""
    Calm.until = 0.0
    with action():
        now = microseconds(timezone.now())
        if Budget.objects.filter(pk=limit.id, alarm_at=None).update(alarm_at=now):
            record(Kind.SIEGE_STARTED, by=SYSTEM, count=limit.burst)


def _end(limit: Limit) -> None:
    with action():
        if Budget.objects.filter(pk=limit.id, alarm_at__isnull=False).update(alarm_at=None):
            record(Kind.SIEGE_ENDED, by=SYSTEM)
