"""Alarms of the whole portal: a limit that refuses nobody, but starts another mode when it is used up.

The alarm starts with the first failure beyond the limit. It ends when time has given half of the limit's attempts back.
Each start and each end leaves one event.
"""

from django.db import connection
from django.utils import timezone

from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record
from ratelimits.gcra import Limit, microseconds
from ratelimits.models import RateLimit

SYSTEM = Actor.system("portal")


def alarm_lasts(limit: Limit, *, ended: Kind) -> bool:
    """Whether the limit's alarm is on; ends it, with an event of kind `ended`, when the limit is half full again.

    Every view of the sign-in form asks this, so it is one constant statement, not a query that the ORM compiles.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tat FROM accounts_budget WHERE id = %s AND alarm_at IS NOT NULL", [limit.id])
        row = cursor.fetchone()
    if row is None:
        return False
    if row[0] - microseconds(timezone.now()) >= limit.burst * limit.step // 2:
        return True
    with action():
        if RateLimit.objects.filter(pk=limit.id, alarm_at__isnull=False).update(alarm_at=None):
            record(ended, by=SYSTEM)
    return False


def start_alarm(limit: Limit, *, started: Kind) -> None:
    """Start the alarm; only the first call leaves an event, of kind `started`."""
    with action():
        now = microseconds(timezone.now())
        if RateLimit.objects.filter(pk=limit.id, alarm_at=None).update(alarm_at=now):
            record(started, by=SYSTEM, count=limit.burst)
