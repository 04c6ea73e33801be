"""Actions on a member's access: block, restore, unlock, «no fui yo», known devices, contact data."""

from collections.abc import Callable
from copy import copy
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts import devices, notices
from accounts.actions import STAFF_ROLES, NotNow, end_keys, end_recovery_keys, locked
from accounts.contact_hold import hold_hours, hold_is_due
from accounts.models import Member, Miss, new_epoch
from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.record import action, record, subject_of
from ratelimits import rates
from ratelimits.gcra import refill

JUST_BEFORE = timedelta(minutes=1)  # a notice is written right after the key that it reports


def block_member(*, member: Member, by: Actor, reason: str) -> bool:
    """Close the member realm to one member, end their sessions, forget their devices; False if already blocked."""
    with action():
        member = locked(member)
        if member.blocked_at:
            return False
        member.blocked_at = timezone.now()
        member.epoch = new_epoch()
        member.save(update_fields=["blocked_at", "epoch"])
        devices.forget_others(member, "")
        record(Kind.MEMBER_BLOCKED, by=by, document=member.document, reason=reason)
        notices.tell(member, notices.BLOCKED)
    return True


def restore_member(*, member: Member, by: Actor, reason: str) -> bool:
    """Open the member realm again; the chosen key is still valid. False if the member was not blocked."""
    with action():
        member = locked(member)
        if not member.blocked_at:
            return False
        member.blocked_at = None
        member.save(update_fields=["blocked_at"])
        record(Kind.MEMBER_RESTORED, by=by, document=member.document, reason=reason)
        notices.tell(member, notices.RESTORED)
    return True


def forget_devices(*, member: Member, by: Actor, keep: str = "", only: int | None = None) -> int:
    """Forget one device (`only`, its id), or all but the one with digest `keep`; the number forgotten."""
    with action():
        forgotten = devices.forget_others(member, keep) if only is None else member.devices.filter(pk=only).delete()[0]
        if forgotten:
            record(Kind.DEVICE_FORGOTTEN, by=by, document=member.document, count=forgotten)
    return forgotten


# Called in the transaction of each contact change; apps above register their functions.
after_contact_change: list[Callable[[Member], None]] = []


def change_contact(*, member: Member, changes: dict[str, str], by: Actor) -> list[str]:
    """Save new contact data; the names of the fields that changed.

    A change of what the recovery asks closes it for `RECOVERY_HOLD_HOURS`, and another e-mail ends the keys sent to the one
    before. The old and the new address get a notice.
    """
    with action():
        member = locked(member)
        before = copy(member)
        changed = [name for name, value in changes.items() if getattr(member, name) != value]
        if not changed:
            return []
        for name in changed:
            setattr(member, name, changes[name])
        if hold := hold_is_due(before, member):
            member.held_until = timezone.now() + settings.RECOVERY_HOLD
        member.save(update_fields=[*changed, "held_until"])
        if before.email != member.email:
            end_recovery_keys([member.pk])
        for follow in after_contact_change:
            follow(member)
        record(Kind.CONTACT_CHANGED, by=by, document=member.document, changed=sorted(changed))
        for address in sorted({before.email, member.email} - {""}):
            hours = hold_hours() if hold else 0
            notices.tell(member, notices.CONTACT_CHANGED, to=address, hours=hours)
    return changed


def _forget_misses(document: str) -> None:
    """Delete the misses of a document, but for those that a sign-in is deleting now: it locks them before the member, so to
    wait for it here would be a deadlock."""
    unlocked = Miss.objects.filter(subject=subject_of(document)).select_for_update(skip_locked=True)
    Miss.objects.filter(pk__in=list(unlocked.values_list("pk", flat=True))).delete()


def unlock_member(*, member: Member, by: Actor, reason: str, how: str = "") -> list[str]:
    """Refill every rate limit of the member; the names of those that had been charged. Raises NotNow for oneself."""
    if by.role in STAFF_ROLES and by.name == member.document:
        raise NotNow("Nadie se quita la pausa a sí mismo. Pídalo a otra persona de la oficina.")
    with action():
        member = locked(member)  # same lock order as sign-in and recovery, to avoid deadlock
        keys = {key.kind: key for key in member.keys.live()}
        rows = rates.of_document(member.document, member.email, keys)
        rows += [rates.sign_in_device(member.document, device.limit_subject) for device in member.devices.all()]
        filled = refill(*rows)
        _forget_misses(member.document)  # else pages would still count them
        record(Kind.MEMBER_UNLOCKED, by=by, document=member.document, reason=reason, how=how, changed=filled)
        notices.tell(member, notices.UNLOCKED)
    return filled


def disown(*, document: str, code: str, by: Actor) -> bool:
    """«No fui yo»: a right code blocks the member until staff restore the access; whether it was right.

    The caller charges the rate limits first.
    """
    with action():
        notice = notices.notice_with_code(document, code)
        if notice is None:
            record(Kind.NOTICE_CODE_REFUSED, by=by, document=document, outcome=Outcome.REFUSED)
            return False
        notice.used_at, notice.sealed_code = timezone.now(), ""
        notice.save(update_fields=["used_at", "sealed_code"])
        record(Kind.NOTICE_DISOWNED, by=by, document=document)
        # Keys made since may be in a stranger's hands, so they end too, for good (docs/decisions/0013).
        end_keys(notice.member, "disowned", notice.used_at, made_since=notice.created_at - JUST_BEFORE)
        block_member(member=notice.member, by=by, reason="No fui yo")
    return True
