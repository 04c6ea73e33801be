"""The last sign-in and the last failed attempt, shown to members so that they notice a stranger's."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from accounts.models import Member
from audit.kinds import Kind
from audit.record import subject_of

ENTERED = Kind.SIGNED_IN.value
FAILURES = [Kind.SIGN_IN_REFUSED.value, Kind.KEY_CHANGE_REFUSED.value, Kind.RECOVERY_FAILED.value, Kind.RECOVERY_CLOSED.value]
# Two look-ups in the audit trail by the index on `subject`; one statement, because every sign-in runs it.
ENTRIES = """
SELECT
  (SELECT at FROM audit_event WHERE subject = %s AND kind = %s ORDER BY number DESC LIMIT 1 OFFSET 1),
  (SELECT at FROM audit_event WHERE subject = %s AND kind IN (%s, %s, %s, %s) ORDER BY number DESC LIMIT 1)"""


@dataclass(frozen=True)
class Entries:
    """Times of the sign-in before the current one (`previous`) and of the last failed attempt; None for never."""

    previous: datetime | None
    failed: datetime | None


def last_entries(member: Member) -> Entries:
    subject = subject_of(member.document)
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [subject, ENTERED, subject, *FAILURES])
        previous, failed = cursor.fetchone()
    return Entries(_moment(previous), _moment(failed))


def _moment(value: datetime | None) -> datetime | None:
    """SQLite stores no time zone: the value is in UTC."""
    return value.replace(tzinfo=UTC) if value and not value.tzinfo else value
