"""Recovery under attack: too many wrong answers over the whole portal, until half of them have aged.

Lists of documents with their e-mails are for sale. While it lasts, answers are put apart (`actions.py`): right and wrong
ones get the same page and leave the same rows, and the key of right ones goes by e-mail only.
"""

from django.db import connection
from django.utils import timezone

from accounts.portal_counts import portal_counts
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record
from ratelimits import rates
from ratelimits.gcra import Limit, charge_quietly, microseconds
from ratelimits.models import RateLimit

SYSTEM = Actor.system("portal")


def _limit() -> Limit:
    return rates.answers_portal(portal_counts().members)


def under_attack() -> bool:
    """Whether answers are put apart now; notes the end of the attack when it finds one."""
    limit = _limit()
    with connection.cursor() as cursor:
        cursor.execute("SELECT tat FROM accounts_budget WHERE id = %s AND alarm_at IS NOT NULL", [limit.id])
        row = cursor.fetchone()
    if row is None:
        return False
    if row[0] - microseconds(timezone.now()) >= limit.burst * limit.step // 2:
        return True
    _end(limit)
    return False


def count_wrong_answer() -> None:
    """Charge the portal's limit, in the caller's transaction; the first wrong answer beyond it begins the alarm."""
    limit = _limit()
    if charge_quietly(limit):
        return
    now = microseconds(timezone.now())
    if RateLimit.objects.filter(pk=limit.id, alarm_at=None).update(alarm_at=now):
        record(Kind.RECOVERY_ATTACK_STARTED, by=SYSTEM, count=limit.burst)


def _end(limit: Limit) -> None:
    with action():
        if RateLimit.objects.filter(pk=limit.id, alarm_at__isnull=False).update(alarm_at=None):
            record(Kind.RECOVERY_ATTACK_ENDED, by=SYSTEM)
