"""What follows from changed data of a member: the hold of their recovery, one event, and mails to old and new address.

A hold is due when the e-mail or a value that a question shows changes (`accounts/contact_hold.py`); only then, or when the
core replaces an approved value, is the member told by mail.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from accounts import notices
from accounts.contact_hold import hold_is_due
from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import record, write_collected
from registry.brakes import DATES
from registry.staging import TOLD, Staging

AT_ONCE = 500


class Changed(NamedTuple):
    """A member whose data changed: as they are now, and as they were."""

    member: Member
    old: Any  # has the attributes of `TOLD`, and the document
    core_won: bool
    held: bool


def hold_members(staging: Staging) -> int:
    """Close the recovery of the members whose change asks for it; their number."""
    until, held = timezone.now() + settings.RECOVERY_HOLD, 0
    for page in _pages(staging):
        due = [change.member.pk for change in page if hold_is_due(change.old, change.member)]
        Member.objects.filter(pk__in=due).update(held_until=until)
        staging.flag("held", due)
        held += len(due)
    return held


def tell_changes(staging: Staging, *, by: Actor) -> None:
    """Write one event per member with changed data, and the mails that are due."""
    for page in _pages(staging):
        for change in page:
            _tell(change, by)
        write_collected()


def _pages(staging: Staging) -> Iterator[list[Changed]]:
    last = 0
    while rows := staging.told_after(last, AT_ONCE):
        members = Member.objects.in_bulk([row[0] for row in rows])
        yield [_changed(members[member_id], core_won, held, old) for member_id, core_won, held, *old in rows]
        last = rows[-1][0]


def _changed(member: Member, core_won: bool, held: bool, old: list[str | None]) -> Changed:
    values: dict[str, Any] = dict(zip(TOLD, old, strict=True))
    values |= {name: date.fromisoformat(values[name]) for name in DATES if values.get(name)}
    return Changed(member, SimpleNamespace(document=member.document, **values), bool(core_won), bool(held))


def _tell(change: Changed, by: Actor) -> None:
    member, old = change.member, change.old
    changed = [name for name in TOLD if getattr(member, name) != getattr(old, name)]
    what = "el núcleo reemplazó un dato aprobado" if change.core_won else None
    record(Kind.CONTACT_CHANGED, by=by, document=member.document, changed=changed, road="import", what=what)
    if not change.held and not change.core_won:
        return
    hours = int(settings.RECOVERY_HOLD / timedelta(hours=1)) if change.held else 0
    for address in sorted({old.email, member.email} - {""}):
        notices.tell(member, notices.CONTACT_CHANGED, to=address, hours=hours, core_won=change.core_won)
