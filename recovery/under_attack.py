"""Recovery under attack: too many wrong answers over the whole portal, until half of them have aged.

Lists of documents with their e-mails are for sale. While it lasts, answers are put apart (`actions.py`): right and wrong
ones get the same page and leave the same rows, and the key of right ones goes by e-mail only.
"""

from accounts.portal_counts import portal_counts
from audit.kinds import Kind
from ratelimits import rates
from ratelimits.alarms import alarm_lasts, start_alarm
from ratelimits.gcra import Limit, charge_quietly


def _limit() -> Limit:
    return rates.answers_portal(portal_counts().members)


def under_attack() -> bool:
    """Whether answers are put apart now; notes the end of the attack when it finds one."""
    return alarm_lasts(_limit(), ended=Kind.RECOVERY_ATTACK_ENDED)


def count_wrong_answer() -> None:
    """Charge the portal's limit, in the caller's transaction; the first wrong answer beyond it begins the alarm."""
    limit = _limit()
    if not charge_quietly(limit):
        start_alarm(limit, started=Kind.RECOVERY_ATTACK_STARTED)
