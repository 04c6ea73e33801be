"""The verbs on a member's keys and access: each one transaction, its event inside. Entering is in `sign_in.py`."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
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
from ratelimits.gcra import charge
from vault.digests import digest

DIGITS = {"temporary": 4, "chosen": 5, "initial": 6, "mailed": 6}
REMEMBERED = 3  # chosen keys that may not be chosen again


class NotNow(Exception):
    """The state changed in between, or the deed makes no sense; the text is Spanish, for staff and operators."""


@dataclass(frozen=True)
class Drawn:
    """A key that is nobody's yet, already hashed and sealed for the member it may become."""

    kind: str
    key: str
    sealed: str


@dataclass(frozen=True)
class Issued:
    """A key just made: shown once, kept nowhere."""

    key: str
    row: AccessKey


def lifetime(kind: str) -> timedelta:
    """How long a given key lives."""
    return {
        "temporary": settings.TEMPORARY_KEY_LIFE,
        "initial": settings.INITIAL_KEY_LIFE,
        "mailed": settings.MAILED_KEY_LIFE,
    }[kind]


def issue_key(*, member: Member, kind: str, by: Actor, how: str = "", reason: str = "", browser: str = "") -> Issued:
    """Give the member a temporary, initial or mailed key; it replaces the live one of that kind and no other.

    `how` says how his identity was checked and `reason` why, for the trail; `browser` is the digest a temporary key is
    bound to. Raises NotNow for somebody who may not enter, or who would issue to himself.
    """
    drawn = draw_key(member.pk, kind)
    with action():
        return give_key(drawn, member=locked(member), by=by, how=how, reason=reason, browser=browser)


def draw_key(member_id: int, kind: str) -> Drawn:
    """Before the transaction: nobody waits for a lock while it is hashed."""
    key = make_key(DIGITS[kind], secrets.randbelow)
    return Drawn(kind, key, seal_key(member_id, kind, key))


def give_key(drawn: Drawn, *, member: Member, by: Actor, how: str = "", reason: str = "", browser: str = "") -> Issued:
    """What `issue_key` does of a member whom the caller's own action has locked already."""
    _refuse_issuing(member, by)
    kind, now = drawn.kind, timezone.now()
    end_keys(member, "replaced", now, kinds=[kind])
    row = AccessKey(member=member, kind=kind, sealed=drawn.sealed, created_at=now, expires_at=now + lifetime(kind))
    row.issued_by, row.browser = by.name[:60], browser
    insert_returning_id(row)
    record(Kind.KEY_ISSUED, by=by, document=member.document, key_kind=kind, key_id=row.pk, how=how, reason=reason)
    if kind == AccessKey.Kind.INITIAL:
        notices.tell(member, notices.KEY_ISSUED)
    return Issued(drawn.key, row)


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
    """End live keys and wipe what they were; a key row is never used twice."""
    live = member.keys.live()
    if made_since is not None:
        live = live.filter(created_at__gte=made_since)
    if kinds is not None:
        live = live.filter(kind__in=kinds)
    return live.update(ended_at=now, ended_why=why, sealed="", opening="")


def chosen_before(member: Member, new_key: str) -> bool:
    """Whether it is one of the member's last chosen keys, the present one included; never inside a transaction.

    Each question is counted before it is answered: the answer tells something of a key nobody may learn. When there
    were too many, every key reads as used before.
    """
    if charge(rates.new_keys(member.document), by=Actor.member(member.document)):
        return True
    kept = set(member.past_keys.values_list("digest", flat=True))
    return past_digest(member, new_key) in kept


def past_digest(member: Member, key: str) -> str:
    return digest("past key", str(member.pk), key)


def choose_key(*, given: AccessKey, new_key: str, visitor: Visitor, by: Actor) -> str | None:
    """Complete a change: the new key lives, every other ends, all sessions end, the member is told.

    `given` is the key just verified. Returns the device cookie to set ("" for none), or None when `given` ended
    in between. The rules for `new_key` are the form's (`keys.py`).
    """
    if len(new_key) != CHOSEN_DIGITS:
        raise ValueError("a chosen key has five digits")
    sealed = seal_key(given.member_id, AccessKey.Kind.CHOSEN, new_key)
    with action():
        member = locked(given.member)
        row = member.keys.filter(pk=given.pk).first()
        now = timezone.now()
        if row is None or not row.works(now) or not member.may_enter:
            return None
        end_keys(member, "changed", now)
        # Who gave the key it came out of does not approve new contact data, whatever is issued meanwhile.
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
    """After a given key only the device in hand stays known, and it becomes so; after a chosen one nothing changes."""
    if given.kind == AccessKey.Kind.CHOSEN and not given.must_change:
        return ""
    devices.forget_others(member, visitor.device)
    return devices.remember(member, visitor)


def require_change(*, member: Member, by: Actor, reason: str) -> None:
    """Make the member change his chosen key at the next entry; his sessions end. Raises NotNow without such a key."""
    with action():
        member = locked(member)
        if not member.keys.live().filter(kind=AccessKey.Kind.CHOSEN).update(must_change=True):
            raise NotNow(f"{member.full_name} no tiene una clave elegida. Emita una clave inicial.")
        _end_sessions(member)
        record(Kind.KEY_CHANGE_REQUIRED, by=by, document=member.document, reason=reason)
        notices.tell(member, notices.CHANGE_REQUIRED)


def invalidate_keys(*, by: Actor, reason: str) -> int:
    """End every live key and every member session; how many keys ended.

    One shared new epoch is enough: it only has to differ from what open sessions carry.
    """
    with action():
        now = timezone.now()
        ended = AccessKey.objects.live().update(ended_at=now, ended_why="invalidated", sealed="", opening="")
        Member.objects.update(epoch=new_epoch())
        record(Kind.KEYS_INVALIDATED, by=by, reason=reason, count=ended)
    return ended
