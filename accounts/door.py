"""Through the member door and out again: try the key, open, leave. A rule of `guard.py` stands before each entry."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db import transaction
from django.utils import timezone

from accounts import actions, devices
from accounts.guard import Verdict, try_key
from accounts.hashers import needs_new_hash, seal_key
from accounts.keys import is_easy, stands_in_life
from accounts.models import AccessKey, KnownDevice, Member, new_epoch
from accounts.visitors import Visitor
from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.record import action, record
from outbox.queue import put_job

PAUSE_JOB = "accounts.pause_notice"


def sign_in(*, document: str, key: str, visitor: Visitor) -> "Entered | Verdict":
    """Open the door for a clean document and a right key of 4, 5 or 6 digits; else the verdict, for the page."""
    verdict = try_key(document=document, key=key, visitor=visitor)
    if verdict.key:
        entered = enter(key=verdict.key, device=verdict.device, visitor=visitor)
        if entered:
            _renew_hash(entered.key, key)
            return entered
        verdict = Verdict(document, why="ended", device=verdict.device)
    note_refusal(verdict, kind=Kind.DOOR_REFUSED, visitor=visitor)
    return verdict


@dataclass(frozen=True)
class Entered:
    """The door is open: for whom, with which key, and a device cookie to set when there is a new one."""

    member: Member
    key: AccessKey
    cookie: str


def enter(*, key: AccessKey, device: KnownDevice | None, visitor: Visitor) -> Entered | None:
    """Open the door for a key just verified; None when it ended in between."""
    member = key.member
    with action():
        now = timezone.now()
        # The member's row first, as every other verb locks it; then nobody waits in a ring.
        entered = Member.objects.who_may_enter().filter(pk=member.pk).update(last_entry_at=now)
        if not entered or not _still_works(key, now):
            transaction.set_rollback(True)
            return None
        cookie = _open(key, member, device, visitor, now)
        by = Actor.member(member.document, visitor.network)
        known = "conocido" if device else "nuevo"
        record(Kind.DOOR_ENTERED, by=by, document=member.document, key_kind=key.kind, key_id=key.pk, device=known)
    return Entered(member, key, cookie)


def _still_works(key: AccessKey, now: datetime) -> bool:
    """Lock the key's row and look again; only what may have changed is read."""
    rows = AccessKey.objects.select_for_update().filter(pk=key.pk).values_list("ended_at", "expires_at", "must_change")
    for key.ended_at, key.expires_at, key.must_change in rows:
        return key.works(now)
    return False


def _open(row: AccessKey, member: Member, device: KnownDevice | None, visitor: Visitor, now: datetime) -> str:
    if row.must_change:
        row.opening = new_epoch()  # ends the session an earlier entry with this key may have open
        row.save(update_fields=["opening"])
        return ""
    if device:
        KnownDevice.objects.filter(pk=device.pk).update(used_at=now)
        return ""
    record(Kind.DEVICE_KNOWN, by=Actor.member(member.document, visitor.network), document=member.document)
    return devices.remember(member, visitor)


class Unfit(Enum):
    """Why a new key may not be chosen, seen only by who knows the current one."""

    EASY = "easy"
    USED_BEFORE = "used before"


@dataclass(frozen=True)
class Changed:
    """The new key lives; `cookie` is a device cookie to set, or ""."""

    cookie: str


def change_key(*, document: str, current: str, new_key: str, visitor: Visitor) -> "Changed | Unfit | Verdict":
    """Change a key by the current one. Outside a session this is a sign-in too, so the same budgets stand before it."""
    verdict = try_key(document=document, key=current, visitor=visitor)
    if verdict.key:
        unfit = _unfit(verdict.key.member, new_key)
        if unfit:
            return unfit
        by = Actor.member(document, visitor.network)
        cookie = actions.choose_key(given=verdict.key, new_key=new_key, visitor=visitor, by=by)
        if cookie is not None:
            return Changed(cookie)
        verdict = Verdict(document, why="ended", device=verdict.device)
    note_refusal(verdict, kind=Kind.KEY_CHANGE_REFUSED, visitor=visitor)
    return verdict


def _unfit(member: Member, new_key: str) -> Unfit | None:
    if is_easy(new_key, member.document):
        return Unfit.EASY
    if actions.chosen_before(member, new_key):  # before the life: it counts the question, and answers only so many
        return Unfit.USED_BEFORE
    numbers = [member.document, member.mobile, member.landline]
    return Unfit.EASY if stands_in_life(new_key, numbers, member.birth_date) else None


def _renew_hash(row: AccessKey, key: str) -> None:
    """A key with older Argon2 parameters is hashed anew while it is at hand."""
    if needs_new_hash(row.member_id, row.kind, row.sealed):
        AccessKey.objects.live().filter(pk=row.pk).update(sealed=seal_key(row.member_id, row.kind, key))


def note_refusal(verdict: Verdict, *, kind: Kind, visitor: Visitor) -> None:
    """Leave the trail of a refused entry or change; a pause that just began is told to whom it may concern."""
    with action():
        if verdict.paused is None:
            by = Actor.stranger(visitor.network)
            record(kind, by=by, document=verdict.document, outcome=Outcome.REFUSED, what=verdict.why)
        elif verdict.refusal and verdict.refusal.first and verdict.refusal.limit.document:
            put_job(kind=PAUSE_JOB, payload={"document": verdict.document}, document=verdict.document)


def leave(*, member: Member, by: Actor) -> None:
    """«Salida Segura»; the view ends the session."""
    record(Kind.DOOR_LEFT, by=by, document=member.document)
