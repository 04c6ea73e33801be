"""Reopen a blocked staff account; refill sign-in limits that a stranger has used up."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Event
from audit.record import action, record, subject_of
from backoffice.actions import refuse_own_account
from backoffice.factor import end_sessions
from ratelimits import rates
from ratelimits.gcra import Limit, refill

SEEN = timedelta(days=30)  # charges age much sooner; covers the networks a person usually uses


def reopen_staff(*, member: Member, by: Actor, reason: str) -> bool:
    """Open a blocked staff account; False if it was open. Password and second factor stay valid, earlier sessions do not."""
    refuse_own_account(member, by)
    with action():
        if not Member.objects.filter(pk=member.pk, is_staff=True, is_active=False).update(is_active=True):
            return False
        end_sessions(member)
        record(Kind.STAFF_REOPENED, by=by, document=member.document, reason=reason)
    return True


def unlock_staff(*, member: Member, by: Actor, reason: str) -> list[Limit]:
    """Refill the sign-in limits of a staff account; those that had been charged. Networks' own limits are unchanged.

    A row of account and network holds only a digest, so the networks are those of the account's events.
    """
    refuse_own_account(member, by)
    limits = rates.of_staff(member.document, _networks_of(member.document))
    with action():
        filled = [limit for limit in limits if refill(limit)]
        if filled:
            changed = sorted({limit.name for limit in filled})
            record(Kind.STAFF_UNLOCKED, by=by, document=member.document, reason=reason, changed=changed, count=len(filled))
    return filled


def _networks_of(document: str) -> set[str]:
    events = Event.objects.filter(subject=subject_of(document), at__gt=timezone.now() - SEEN).exclude(network="")
    return set(events.order_by().values_list("network", flat=True).distinct())
