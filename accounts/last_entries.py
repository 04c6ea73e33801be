"""When somebody last came in, and last tried in vain: what a member can judge better than any rule of ours."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from accounts.models import Member
from audit.kinds import Kind
from audit.record import subject_of

ENTERED = Kind.SIGNED_IN.value
FAILURES = [Kind.SIGN_IN_REFUSED.value, Kind.KEY_CHANGE_REFUSED.value, Kind.RECOVERY_FAILED.value, Kind.RECOVERY_CLOSED.value]
# Two look-ups in the trail, each by the index of the member's own events; one statement, for it is asked at each sign-in.
ENTRIES = """
SELECT
  (SELECT at FROM audit_event WHERE subject = %s AND kind = %s ORDER BY number DESC LIMIT 1 OFFSET 1),
  (SELECT at FROM audit_event WHERE subject = %s AND kind IN (%s, %s, %s, %s) ORDER BY number DESC LIMIT 1)"""


@dataclass(frozen=True)
class Entries:
    """`previous` is the entry before this one; `failed` the last try that did not open. None: never."""

    previous: datetime | None
    failed: datetime | None


def last_entries(member: Member) -> Entries:
    subject = subject_of(member.document)
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [subject, ENTERED, subject, *FAILURES])
        previous, failed = cursor.fetchone()
    return Entries(_moment(previous), _moment(failed))


def _moment(value: datetime | None) -> datetime | None:
    """SQLite keeps no zone: it is UTC."""
    return value.replace(tzinfo=UTC) if value and not value.tzinfo else value
