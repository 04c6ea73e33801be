# ruff: noqa: S608  the names put into these statements are ours
"""Approved contact changes against the core's file: which of the two wins (docs/decisions/0045).

An approved value stands while the core repeats its last value. It ends when the core brings the approved value, which is
then confirmed, or a third one, which then wins.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from django.conf import settings
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import ContactChange
from common.sql.temporary_tables import only_writer
from registry.models import ContactOverride

TABLE = "registry_contactoverride"
# Letters of another size are the same value: many cores know only capitals. (SQLite compares so only letters without accents.)
MATCH = f"""
FROM import_stage s
JOIN accounts_member m ON m.document = s.document
JOIN {TABLE} o ON o.member_id = m.id AND o.field = '{{field}}'
WHERE LOWER(s.{{field}}) <> LOWER(o.core_value)"""
WON = f"SELECT o.member_id {MATCH} AND LOWER(s.{{field}}) <> LOWER(o.value)"
ENDED = f"DELETE FROM {TABLE} WHERE id IN (SELECT o.id {MATCH})"
STANDS = f"""
UPDATE import_stage SET {{field}} = o.value
FROM accounts_member m JOIN {TABLE} o ON o.member_id = m.id AND o.field = '{{field}}'
WHERE m.document = import_stage.document AND LOWER(import_stage.{{field}}) = LOWER(o.core_value)"""


class Outcome(NamedTuple):
    """What one piece of the file did: fields that keep the approved value, fields confirmed, members whom the core overrode."""

    kept: int
    confirmed: int
    core_won: list[int]  # ids of members


def lock_overrides() -> None:
    """Until the transaction ends nobody approves a change or imports members; taken before any member is locked."""
    only_writer(TABLE)


def keep_approved(change: ContactChange, before: Mapping[str, str]) -> None:
    """Let the values of an approved change stand against the core's file; `before` are the member's values until now.

    Called in the approval's transaction, after `lock_overrides`.
    """
    member = change.member
    for field, value in change.changes.items() if member.in_registry else ():
        last = member.contact_overrides.filter(field=field).first()
        core_value = last.core_value if last else before[field]
        member.contact_overrides.filter(field=field).delete()
        if value != core_value:
            member.contact_overrides.create(
                change=change, field=field, value=value, core_value=core_value, approved_at=timezone.now()
            )


def overridden_fields() -> set[str]:
    return set(ContactOverride.objects.values_list("field", flat=True).distinct())


def apply_overrides(cursor: CursorWrapper, fields: Collection[str]) -> Outcome:
    """Put approved values into the staged rows and end the overrides that the core has answered."""
    kept, ended, core_won = 0, 0, []
    for field in sorted(fields):
        cursor.execute(WON.format(field=field))
        core_won += [member_id for (member_id,) in cursor.fetchall()]
        cursor.execute(ENDED.format(field=field))
        ended += cursor.rowcount
        cursor.execute(STANDS.format(field=field))
        kept += cursor.rowcount
    return Outcome(kept, ended - len(core_won), core_won)


def overdue_overrides() -> QuerySet[ContactOverride]:
    """Values approved more than `CONTACT_PENDING` ago that the core still does not have."""
    return ContactOverride.objects.filter(approved_at__lt=timezone.now() - settings.CONTACT_PENDING)
