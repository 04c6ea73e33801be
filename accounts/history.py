"""When somebody last came in, and last tried in vain: what a member can judge better than any rule of ours."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Member
from audit.kinds import Kind
from audit.models import Event
from audit.record import subject_of

FAILURES = [Kind.DOOR_REFUSED, Kind.KEY_CHANGE_REFUSED, Kind.RECOVERY_FAILED]


@dataclass(frozen=True)
class Entries:
    """`previous` is the entry before this one; `failed` the last try that did not open. None: never."""

    previous: datetime | None
    failed: datetime | None


def last_entries(member: Member) -> Entries:
    """Two look-ups in the trail, each by the index of the member's own events."""
    own = Event.objects.filter(subject=subject_of(member.document)).order_by("-number")
    entered = list(own.filter(kind=Kind.DOOR_ENTERED).values_list("at", flat=True)[:2])
    failed = own.filter(kind__in=FAILURES).values_list("at", flat=True).first()
    return Entries(previous=entered[1] if len(entered) > 1 else None, failed=failed)
