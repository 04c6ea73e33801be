"""Known devices: browsers in which the member signed in with a chosen key."""

import secrets

from django.utils import timezone

from accounts.models import KnownDevice, Member
from accounts.visitors import Visitor, device_digest
from common.sql.batch import Statement, run_batch
from common.sql.insert import insert_statements

MOST = 5  # per member; the sixth pushes out the least used
FORGET = "DELETE FROM accounts_knowndevice WHERE member_id = %s AND digest = %s"
MOVE = "UPDATE accounts_knowndevice SET digest = %s WHERE digest = %s"
MAKE_ROOM = """
DELETE FROM accounts_knowndevice WHERE member_id = %s AND id NOT IN
  (SELECT id FROM accounts_knowndevice WHERE member_id = %s ORDER BY used_at DESC, id DESC LIMIT %s)"""
USE = "UPDATE accounts_knowndevice SET used_at = %s WHERE id = %s"


def remember(member: Member, visitor: Visitor) -> str:
    """Make this browser a known device of the member. Returns the new cookie value (128 random bits)."""
    cookie, statements = remembering(member, visitor)
    run_batch(*statements)
    return cookie


def remembering(member: Member, visitor: Visitor) -> tuple[str, list[Statement]]:
    """The new cookie value and the statements that save the device, to run in one batch with others.

    The cookie is always new, so a planted one is useless. Rows of other members who share the browser get its digest, too.
    """
    cookie, now = secrets.token_urlsafe(16), timezone.now()
    new = device_digest(cookie)
    row = KnownDevice(member=member, digest=new, label=visitor.label, created_at=now, used_at=now)
    shared: list[Statement] = [(FORGET, [member.pk, visitor.device]), (MOVE, [new, visitor.device])] if visitor.device else []
    return cookie, [*shared, (MAKE_ROOM, [member.pk, member.pk, MOST - 1]), *insert_statements([row])]


def using(device: KnownDevice) -> Statement:
    """The statement that saves the time of a sign-in from a known device."""
    return USE, [timezone.now(), device.pk]


def forget_others(member: Member, digest: str) -> int:
    """Forget all devices but the one with this digest ("" for none); the number forgotten."""
    return member.devices.exclude(digest=digest).delete()[0] if digest else member.devices.all().delete()[0]
