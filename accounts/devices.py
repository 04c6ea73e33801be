"""Known devices: the browsers where a member's own key opened the door."""

import secrets

from django.db import connection
from django.utils import timezone

from accounts.models import KnownDevice, Member
from accounts.visitors import Visitor, device_digest
from audit.inserting import insert

MOST = 5  # per member; the sixth pushes out the least used
PUSH_OUT = """
DELETE FROM accounts_knowndevice WHERE member_id = %s AND id NOT IN
  (SELECT id FROM accounts_knowndevice WHERE member_id = %s ORDER BY used_at DESC, id DESC LIMIT %s)"""


def remember(member: Member, visitor: Visitor) -> str:
    """Make this browser a known device of the member; returns its new cookie value (128 bits).

    The cookie is always new, so nobody can plant one he knows; rows of others who share the browser move with it.
    """
    cookie = secrets.token_urlsafe(16)
    now = timezone.now()
    if visitor.device:
        member.devices.filter(digest=visitor.device).delete()
        KnownDevice.objects.filter(digest=visitor.device).update(digest=device_digest(cookie))
    insert([KnownDevice(member=member, digest=device_digest(cookie), label=visitor.label, created_at=now, used_at=now)])
    _push_out(member)
    return cookie


def _push_out(member: Member) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PUSH_OUT, [member.pk, member.pk, MOST])


def forget_others(member: Member, digest: str) -> int:
    """Forget all but the device in hand ("" forgets every one); how many."""
    return member.devices.exclude(digest=digest).delete()[0] if digest else member.devices.all().delete()[0]
