"""What the worker does for the door."""

from typing import Any

from django.utils import timezone

from accounts import notices
from accounts.models import AccessKey, Member
from accounts.sign_in import LOCKOUT_JOB
from audit.actors import Actor
from outbox.queue import KEY_CHECKS, job_handler
from ratelimits import rates
from ratelimits.gcra import charge_inside, free_at

SYSTEM = Actor.system("correo")


def key_works(number: int) -> bool:
    """Whether a key is still good for its member; a mail with a used, replaced, ended or expired one is not sent."""
    key = AccessKey.objects.filter(pk=number).first()
    return key is not None and key.works(timezone.now())


KEY_CHECKS.append(key_works)


@job_handler(LOCKOUT_JOB)
def send_lockout_notice(payload: dict[str, Any]) -> None:
    """Tell a member that his entry is paused, at most once in 7 days; strangers' documents end here."""
    document = payload["document"]
    if charge_inside(rates.lockout_notice(document), by=SYSTEM):
        return
    member = Member.objects.filter(document=document).first()
    if member is not None and member.may_enter:
        until = max(free_at(rates.sign_in_short(document)), free_at(rates.sign_in_long(document)))
        notices.tell(member, notices.PAUSED, until=until)
