"""What the worker does for the door."""

from typing import Any

from accounts import budgets, notices
from accounts.door import PAUSE_JOB
from accounts.limits import free_at, reserve_inside
from accounts.models import Member
from audit.actors import Actor
from outbox.queue import job_handler

SYSTEM = Actor.system("correo")


@job_handler(PAUSE_JOB)
def send_pause_notice(payload: dict[str, Any]) -> None:
    """Tell a member that his entry is paused, at most once in 7 days; strangers' documents end here."""
    document = payload["document"]
    if reserve_inside(budgets.pause_notice(document), by=SYSTEM):
        return
    member = Member.objects.filter(document=document).first()
    if member is not None and member.may_enter:
        until = max(free_at(budgets.sign_in_short(document)), free_at(budgets.sign_in_long(document)))
        notices.tell(member, notices.PAUSED, until=until)
