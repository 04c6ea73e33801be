"""What the result page may show of an attempt that ended."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from outbox.models import Message, State
from recovery.actions import SHOWN_PURPOSE
from recovery.models import Attempt
from vault.ring import SealBroken, open_sealed


@dataclass(frozen=True)
class Result:
    """`key` is "" when it may not be shown: hidden by policy while `until` is set, else gone."""

    by_mail: bool = False
    key: str = ""
    until: datetime | None = None
    mailed: bool = True


def result_of(attempt: Attempt) -> Result:
    """The key while it works and this browser may see it."""
    if attempt.outcome == Attempt.Outcome.MAIL:
        return Result(by_mail=True)
    key = attempt.key
    if key is None or not key.works(timezone.now()):
        return Result()
    return Result(key=_opened(attempt), until=key.expires_at, mailed=not _mail_failed(attempt))


def _mail_failed(attempt: Attempt) -> bool:
    return attempt.message is not None and Message.objects.filter(pk=attempt.message, state=State.FAILED).exists()


def _opened(attempt: Attempt) -> str:
    if not attempt.shown:
        return ""
    try:
        return open_sealed(SHOWN_PURPOSE, f"{attempt.pk}:{attempt.browser}", attempt.shown).decode()
    except SealBroken:
        return ""
