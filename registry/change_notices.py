"""Notices to members whose e-mail or recovery facts an import changed: to old and new address, one event each."""

from datetime import timedelta
from typing import Any

from django.conf import settings

from accounts import notices
from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import record, write_collected
from registry.staging import FACTS, Staging

AT_ONCE = 500


def tell_changes(staging: Staging, *, by: Actor) -> None:
    """Write one event and one notice (to the old and the new address) per member with changed facts."""
    last = 0
    while rows := staging.told_after(last, AT_ONCE):
        members = Member.objects.in_bulk([row[0] for row in rows])
        for member_id, *old in rows:
            _tell(members[member_id], dict(zip(FACTS, old, strict=True)), by)
        write_collected()
        last = rows[-1][0]


def _tell(member: Member, old: dict[str, Any], by: Actor) -> None:
    changed = [name for name in FACTS if str(getattr(member, name) or "") != str(old[name] or "")]
    record(Kind.CONTACT_CHANGED, by=by, document=member.document, changed=changed, road="import")
    hours = int(settings.RECOVERY_HOLD / timedelta(hours=1))
    for address in sorted({old["email"] or "", member.email} - {""}):
        notices.tell(member, notices.CONTACT_CHANGED, to=address, hours=hours)
