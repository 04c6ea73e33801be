"""Jobs of the worker: the lockout notice, and the check that a mailed key is still valid."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts import notices
from accounts.models import AccessKey, Member
from accounts.sign_in import ENTRY_JOB, LOCKOUT_JOB
from audit.actors import Actor
from outbox.queue import KEY_CHECKS, job_handler
from ratelimits import rates
from ratelimits.gcra import charge_inside, free_at

SYSTEM = Actor.system("correo")


def key_works(number: int) -> bool:
    """Whether the access key with this id can be used; the worker does not send a mail whose key cannot."""
    key = AccessKey.objects.select_related("member").filter(pk=number).first()
    return key is not None and key.works(timezone.now()) and key.member.may_enter


KEY_CHECKS.append(key_works)


@job_handler(LOCKOUT_JOB)
def send_lockout_notice(payload: dict[str, Any]) -> None:
    """Mail a member that their sign-in is locked out, at most once in 7 days; a document without a member gets none."""
    document = payload["document"]
    if charge_inside(rates.lockout_notice(document), by=SYSTEM):
        return
    member = Member.objects.filter(document=document).first()
    if member is not None and member.may_enter:
        until = max(free_at(rates.sign_in_short(document)), free_at(rates.sign_in_long(document)))
        notices.tell(member, notices.LOCKED_OUT, until=until)


@job_handler(ENTRY_JOB)
def send_entry_notice(payload: dict[str, Any]) -> None:
    """Mail a member that their key opened in a browser not known before, at most once a day (docs/decisions/0050)."""
    document = payload["document"]
    member = Member.objects.filter(document=document).first()
    if member is not None and member.may_enter and charge_inside(rates.entry_notice(document), by=SYSTEM) is None:
        notices.tell(member, notices.NEW_ENTRY, at=datetime.fromisoformat(payload["at"]), label=payload["label"])
