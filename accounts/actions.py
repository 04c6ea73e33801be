"""Actions on a member's keys: each is one transaction with its audit event. Signing in is in `sign_in.py`."""

import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts import devices, notices
from accounts.hashers import seal_key
from accounts.keys import CHOSEN_DIGITS, make_key
from accounts.models import AccessKey, Member, PastKey, new_epoch
from accounts.visitors import Visitor
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record
from common.sql.insert import insert_returning_id
from ratelimits import rates
from ratelimits.gcra import Limit, charge, refund
from vault.digests import digest

DIGITS = {"temporary": 4, "chosen": 5, "initial": 6, "mailed": 6}
REMEMBERED = 3  # chosen keys that may not be chosen again


class NotNow(Exception):
    """The action is refused in the present state; the text is Spanish, for staff and operators."""


@dataclass(frozen=True)
class GeneratedKey:
    """A generated key, hashed and sealed, not yet saved."""

    kind: str
    key: str
    sealed: str


@dataclass(frozen=True)
class Issued:
    """A saved key in plain text, to be shown or sent once: the row holds only its sealed hash."""

    key: str
    row: AccessKey


def lifetime(kind: str) -> timedelta:
    """The lifetime of an issued key, from the settings."""
    return {
        "temporary": settings.TEMPORARY_KEY_LIFE,
        "initial": settings.INITIAL_KEY_LIFE,
        "mailed": settings.MAILED_KEY_LIFE,
    }[kind]


def issue_key(*, member: Member, kind: str, by: Actor, how: str = "", reason: str = "", browser: str = "") -> Issued:
    """Issue a temporary, initial or mailed key. It replaces the live key of the same kind and no other.

    `how` (the identity check) and `reason` go to the audit trail; `browser` is the digest that a temporary key is bound to.
    Raises NotNow if the member is blocked or retired, or if staff issue to themselves.
    """
    generated = generate_key(member.pk, kind)
    with action():
        return save_key(generated, member=locked(member), by=by, how=how, reason=reason, browser=browser)


def generate_key(member_id: int, kind: str) -> GeneratedKey:
    """Generate and hash a key. Call it before the transaction, so that no lock is held while hashing."""
    key = make_key(DIGITS[kind], secrets.randbelow)
    return GeneratedKey(kind, key, seal_key(member_id, kind, key))


def save_key(
    generated: GeneratedKey, *, member: Member, by: Actor, how: str = "", reason: str = "", browser: str = ""
) -> Issued:
    """Save a generated key, as `issue_key` does, in the caller's action, which has locked the member."""
    _refuse_issuing(member, by)
    kind, now = generated.kind, timezone.now()
    end_keys(member, "replaced", now, kinds=[kind])
    row = AccessKey(member=member, kind=kind, sealed=generated.sealed, created_at=now, expires_at=now + lifetime(kind))
    row.issued_by, row.browser = by.name[:60], browser
    insert_returning_id(row)
    record(Kind.KEY_ISSUED, by=by, document=member.document, key_kind=kind, key_id=row.pk, how=how, reason=reason)
    if kind == AccessKey.Kind.INITIAL:
        notices.tell(member, notices.KEY_ISSUED)
    return Issued(generated.key, row)


def _refuse_issuing(member: Member, by: Actor) -> None:
    if by.role in STAFF_ROLES and by.name == member.document:
        raise NotNow("Nadie se emite una clave a sí mismo. Pídala a otra persona de la oficina.")
    if not member.may_enter:
        raise NotNow(f"{member.full_name} está bloqueado o retirado. Restablezca primero el acceso.")


STAFF_ROLES = {"auxiliar", "supervisor", "auditor", "admin"}


def locked(member: Member) -> Member:
    return Member.objects.locked().get(pk=member.pk)


def end_keys(
    member: Member, why: str, now: datetime, kinds: list[str] | None = None, made_since: datetime | None = None
) -> int:
    """End live keys and wipe their hashes; the number ended. `kinds` and `made_since` restrict which."""
    live = member.keys.live()
    if made_since is not None:
        live = live.filter(created_at__gte=made_since)
    if kinds is not None:
        live = live.filter(kind__in=kinds)
    return live.update(ended_at=now, ended_why=why, sealed="", opening="")


def end_recovery_keys(member_ids: Collection[int]) -> None:
    """End the live keys that were sent to an address these members no longer have: another person may read it."""
    sent = AccessKey.objects.live().filter(member__in=member_ids, kind__in=[AccessKey.Kind.TEMPORARY, AccessKey.Kind.MAILED])
    sent.update(ended_at=timezone.now(), ended_why="address changed", sealed="", opening="")


def used_before(member: Member, new_key: str) -> bool:
    """Whether the key is one of the member's last `REMEMBERED` chosen keys, the current one included.

    Charges `new_keys` first, because the answer reveals something about a secret key; once that limit refuses, the answer
    is always True. Must not run in a transaction.
    """
    if charge(rates.new_keys(member.document), by=Actor.member(member.document)):
        return True
    kept = set(member.past_keys.values_list("digest", flat=True))
    return past_digest(member, new_key) in kept


def past_digest(member: Member, key: str) -> str:
    return digest("past key", str(member.pk), key)


def choose_key(
    *, given: AccessKey, new_key: str, visitor: Visitor, by: Actor, due_back: Callable[[], Sequence[Limit]] = tuple
) -> str | None:
    """Complete a key change: save the new key, end all others and all sessions, queue the notice.

    `given` is the key just verified, `due_back` returns what its check is refunded. Returns the device cookie to set ("" for
    none), or None, with nothing written, if `given` ended meanwhile. The form has applied the rules for `new_key` (`keys.py`).
    """
    if len(new_key) != CHOSEN_DIGITS:
        raise ValueError("a chosen key has five digits")
    sealed = seal_key(given.member_id, AccessKey.Kind.CHOSEN, new_key)
    with action():
        refunded = due_back()  # before the member is locked, as at an entry: the same lock order
        member = locked(given.member)
        row = member.keys.filter(pk=given.pk).first()
        now = timezone.now()
        if row is None or not row.works(now) or not member.may_enter:
            transaction.set_rollback(True)
            return None
        refund(*refunded)
        end_keys(member, "changed", now)
        # Keep the issuer: that clerk may not approve this member's contact change.
        chosen = {"kind": AccessKey.Kind.CHOSEN, "must_change": False, "issued_by": row.issued_by}
        member.keys.create(sealed=sealed, created_at=now, **chosen)
        _remember_key(member, new_key, now)
        _end_sessions(member)
        cookie = _settle_devices(member, row, visitor)
        record(Kind.KEY_CHOSEN, by=by, document=member.document, key_kind=row.kind, key_id=row.pk)
        notices.tell(member, notices.KEY_CHANGED)
    return cookie


def _remember_key(member: Member, key: str, now: datetime) -> None:
    PastKey.objects.create(member=member, digest=past_digest(member, key), created_at=now)
    older = member.past_keys.order_by("-created_at", "-pk").values_list("pk", flat=True)[REMEMBERED:]
    member.past_keys.filter(pk__in=list(older)).delete()


def _end_sessions(member: Member) -> None:
    member.epoch = new_epoch()
    member.save(update_fields=["epoch"])


def _settle_devices(member: Member, given: AccessKey, visitor: Visitor) -> str:
    """After an issued key, forget all devices but this one and remember this one; after a chosen key, change nothing."""
    if given.kind == AccessKey.Kind.CHOSEN and not given.must_change:
        return ""
    devices.forget_others(member, visitor.device)
    return devices.remember(member, visitor)


def require_change(*, member: Member, by: Actor, reason: str) -> None:
    """Require a key change at the next sign-in and end the member's sessions. Raises NotNow without a chosen key."""
    with action():
        member = locked(member)
        if not member.keys.live().filter(kind=AccessKey.Kind.CHOSEN).update(must_change=True):
            raise NotNow(f"{member.full_name} no tiene una clave elegida. Emita una clave inicial.")
        _end_sessions(member)
        record(Kind.KEY_CHANGE_REQUIRED, by=by, document=member.document, reason=reason)
        notices.tell(member, notices.CHANGE_REQUIRED)


def invalidate_keys(*, by: Actor, reason: str) -> int:
    """End every live key and every member session; the number of keys ended.

    One new epoch for all members is enough: it only has to differ from the one in open sessions.
    """
    with action():
        now = timezone.now()
        ended = AccessKey.objects.live().update(ended_at=now, ended_why="invalidated", sealed="", opening="")
        Member.objects.update(epoch=new_epoch())
        record(Kind.KEYS_INVALIDATED, by=by, reason=reason, count=ended)
    return ended
