"""What the result page may show of an attempt that ended."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import AccessKey
from outbox.models import State
from recovery.actions import SHOWN_PURPOSE
from recovery.models import Attempt
from vault.ring import SealBroken, open_sealed

KEY_OF = """
SELECT given.*, EXISTS (
    SELECT 1 FROM outbox_message AS mail WHERE mail.id = attempt.message AND mail.state = %s
) AS mail_failed
FROM recovery_attempt AS attempt JOIN accounts_accesskey AS given ON given.id = attempt.key_id
WHERE attempt.id = %s"""


@dataclass(frozen=True)
class Result:
    """`key` is "" when it may not be shown: hidden by policy while `until` is set, else gone."""

    by_mail: bool = False
    apart: bool = False  # recovery is under attack: the same page for right and wrong answers
    key: str = ""
    until: datetime | None = None
    mailed: bool = True


def result_of(attempt: Attempt) -> Result:
    """The key while it works and this browser may see it."""
    if attempt.outcome == Attempt.Outcome.MAIL:
        return Result(by_mail=True)
    if attempt.outcome == Attempt.Outcome.APART:
        return Result(apart=True)
    key = next(iter(AccessKey.objects.raw(KEY_OF, [State.FAILED, attempt.pk])), None)
    if key is None or attempt.left_at or not key.works(timezone.now()):
        return Result()
    return Result(key=_opened(attempt), until=key.expires_at, mailed=not key.mail_failed)  # type: ignore[attr-defined]


def _opened(attempt: Attempt) -> str:
    if not attempt.shown:
        return ""
    try:
        return open_sealed(SHOWN_PURPOSE, f"{attempt.pk}:{attempt.browser}", attempt.shown).decode()
    except SealBroken:
        return ""
