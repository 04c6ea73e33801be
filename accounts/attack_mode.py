"""Attack mode: too many failures over the whole portal ask strangers' browsers for a picture until half of them have aged.

It refuses nobody: known devices pass, the mail road and the office stay open.
"""

import time

from django.db import connection
from django.utils import timezone

from accounts.models import KnownDevice
from accounts.portal_counts import portal_counts
from accounts.visitors import Visitor
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record
from common.colombia.documents import BadDocument, clean_document
from ratelimits import rates
from ratelimits.gcra import Limit, charge_quietly, microseconds
from ratelimits.models import RateLimit

SYSTEM = Actor.system("portal")


def _limit() -> Limit:
    return rates.portal(portal_counts().members)


def in_attack_mode() -> bool:
    """Whether strangers must read a picture now; notes the end of a siege when it finds one."""
    limit = _limit()
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


def seems_in_attack_mode() -> bool:
    """The same, up to a second late where there was no siege, so that the page everybody opens asks the database nothing.

    A failure in that second is charged like any other and, when the limit is empty, starts attack mode at once.
    """
    if time.monotonic() < Calm.until:
        return False
    found = in_attack_mode()
    Calm.until = 0.0 if found else time.monotonic() + 1
    return found


def asks_for_word(visitor: Visitor, typed: str | None, changing: str = "") -> bool:
    """Whether this browser must read a picture at the door: a siege, and no known device of who was typed.

    `typed` is None before anything was typed; then a device known to anybody is enough to show the page without.
    `changing` is the document of who came in with a key he must change now: he has shown a right key, and a picture is
    among the pages that are closed to him until then.
    """
    if not seems_in_attack_mode() or (changing and (typed is None or _document(typed) == changing)):
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


def count_failure() -> None:
    """Charge the portal's limit for a failed attempt, in the caller's transaction; when it is empty, attack mode starts.

    After the attempt, not before it: charging every sign-in made that one row the bottleneck of all of them (93 against
    144 a second on a disk of 2 ms). So attack mode starts late by the hashes under way.
    """
    limit = _limit()
    if not charge_quietly(limit):
        start(limit)


def start(limit: Limit) -> None:
    """Begin attack mode. Only the first failure beyond the limit leaves the event."""
    Calm.until = 0.0
    with action():
        now = microseconds(timezone.now())
        if RateLimit.objects.filter(pk=limit.id, alarm_at=None).update(alarm_at=now):
            record(Kind.ATTACK_MODE_STARTED, by=SYSTEM, count=limit.burst)


def _end(limit: Limit) -> None:
    with action():
        if RateLimit.objects.filter(pk=limit.id, alarm_at__isnull=False).update(alarm_at=None):
            record(Kind.ATTACK_MODE_ENDED, by=SYSTEM)
