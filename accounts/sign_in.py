"""Through the member door and out again: try the key, open, leave. A rule of `key_check.py` stands before each entry."""

from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts import actions, attack_mode, devices
from accounts.hashers import needs_new_hash, seal_key
from accounts.key_check import CheckOutcome, check_key, chosen_rows, due_back, note_miss, remaining_for_browser
from accounts.keys import is_easy, stands_in_life
from accounts.models import MAY_ENTER, AccessKey, KnownDevice, Member, new_epoch
from accounts.visitors import Visitor
from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.record import action, record
from common.sql.batch import Statement, run_batch
from outbox.queue import put_job
from ratelimits.gcra import free_at, refund, refunds

LOCKOUT_JOB = "accounts.pause_notice"


def sign_in(*, document: str, key: str, visitor: Visitor) -> "Entered | CheckOutcome":
    """Open the door for a clean document and a right key of 4, 5 or 6 digits; else the verdict, for the page."""
    outcome = check_key(document=document, key=key, visitor=visitor)
    if outcome.key:
        entered = enter(outcome.key, outcome, visitor)
        if entered:
            _renew_hash(entered.key, key)
            return entered
        outcome = ended_meanwhile(outcome)
    return note_refusal(outcome, kind=Kind.SIGN_IN_REFUSED, visitor=visitor)


@dataclass(frozen=True)
class Entered:
    """The door is open: for whom, with which key, and a device cookie to set when there is a new one."""

    member: Member
    key: AccessKey
    cookie: str


def enter(key: AccessKey, outcome: CheckOutcome, visitor: Visitor) -> Entered | None:
    """Open the door for a key just verified; None when it ended in between."""
    member = key.member
    with action():
        cookie, statements = _opening(key, outcome.device, visitor)
        returned = refunds(*due_back(outcome, visitor))
        noted, found, *_ = run_batch(*_look_again(key), *returned, *statements)
        if not noted.written or not _still_works(key, found.rows):
            transaction.set_rollback(True)
            return None
        by = Actor.member(member.document, visitor.network)
        if cookie:
            record(Kind.DEVICE_KNOWN, by=by, document=member.document)
        known = "conocido" if outcome.device else "nuevo"
        record(Kind.SIGNED_IN, by=by, document=member.document, key_kind=key.kind, key_id=key.pk, device=known)
    return Entered(member, key, cookie)


NOTE_ENTRY = f"UPDATE accounts_member SET last_entry_at = %s WHERE id = %s AND {MAY_ENTER}"  # noqa: S608  words of our own
LOOK_AT_KEY = "SELECT ended_at IS NULL, must_change FROM accounts_accesskey WHERE id = %s"
NOTE_OPENING = "UPDATE accounts_accesskey SET opening = %s WHERE id = %s"


def _look_again(key: AccessKey) -> tuple[Statement, Statement]:
    """Note the entry, and read what may have changed: the member's row before its key and its budgets, as in every verb."""
    lock = " FOR NO KEY UPDATE" if connection.features.has_select_for_no_key_update else ""
    return (NOTE_ENTRY, [timezone.now(), key.member_id]), (LOOK_AT_KEY + lock, [key.pk])


def _still_works(key: AccessKey, rows: list[tuple[Any, ...]]) -> bool:
    """Whether it lives, and must be changed or not as when it was read."""
    found = [(bool(live), bool(must_change)) for live, must_change in rows]
    return found == [(True, key.must_change)] and key.works(timezone.now())


def _opening(key: AccessKey, device: KnownDevice | None, visitor: Visitor) -> tuple[str, list[Statement]]:
    """What an entry leaves: a session of its own for a given key, else a device that is known from now on, with its cookie."""
    if key.must_change:
        key.opening = new_epoch()  # ends the session an earlier entry with this key may have open
        return "", [(NOTE_OPENING, [key.opening, key.pk])]
    if device:
        return "", [devices.using(device)]
    return devices.remembering(key.member, visitor)


class Unfit(Enum):
    """Why a new key may not be chosen, seen only by who knows the current one."""

    EASY = "easy"
    USED_BEFORE = "used before"


@dataclass(frozen=True)
class Changed:
    """The new key lives; `cookie` is a device cookie to set, or ""."""

    cookie: str


def change_key(*, document: str, current: str, new_key: str, visitor: Visitor) -> "Changed | Unfit | CheckOutcome":
    """Change a key by the current one. Outside a session this is a sign-in too, so the same budgets stand before it."""
    outcome = check_key(document=document, key=current, visitor=visitor)
    if outcome.key:
        changed = _change(outcome.key, new_key, visitor)
        if changed is not None:
            with transaction.atomic():
                refund(*due_back(outcome, visitor))
            return changed
        outcome = ended_meanwhile(outcome)
    return note_refusal(outcome, kind=Kind.KEY_CHANGE_REFUSED, visitor=visitor)


def _change(given: AccessKey, new_key: str, visitor: Visitor) -> Changed | Unfit | None:
    """Choose the new key with one just verified; None when that one ended in between."""
    unfit = _unfit(given.member, new_key)
    if unfit:
        return unfit
    by = Actor.member(given.member.document, visitor.network)
    cookie = actions.choose_key(given=given, new_key=new_key, visitor=visitor, by=by)
    return None if cookie is None else Changed(cookie)


def ended_meanwhile(outcome: CheckOutcome) -> CheckOutcome:
    """The refusal of a right key that ended before it could be used: its charges stay, as those of a wrong key do."""
    return CheckOutcome(outcome.document, why="ended", device=outcome.device, digits=outcome.digits)


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


def note_refusal(outcome: CheckOutcome, *, kind: Kind, visitor: Visitor) -> CheckOutcome:
    """Charge the portal, remember the miss and leave the event of a refused entry or change; what may be shown of it.

    A lockout that just began is told to the member by mail.
    """
    with action():
        if outcome.paused is None:
            if not outcome.by_known_device:
                attack_mode.count_failure()
            if outcome.is_miss and visitor.browser:
                note_miss(outcome, visitor)
            by = Actor.stranger(visitor.network)
            record(kind, by=by, document=outcome.document, outcome=Outcome.REFUSED, what=outcome.why)
        elif outcome.refusal and outcome.refusal.first and outcome.refusal.limit.document:
            put_job(kind=LOCKOUT_JOB, payload={"document": outcome.document}, document=outcome.document)
    return _with_rest(outcome, visitor) if outcome.is_miss and visitor.browser else outcome


def _with_rest(outcome: CheckOutcome, visitor: Visitor) -> CheckOutcome:
    """How many attempts are left after a miss; with the last one, until when the lockout lasts."""
    remaining = remaining_for_browser(outcome, visitor)
    if remaining:
        return replace(outcome, remaining=remaining)
    if remaining is None or outcome.by_known_device:  # a device's limit refuses silently
        return outcome
    return replace(outcome, locked_until=max(map(free_at, chosen_rows(outcome.document, None))))


def leave(*, member: Member, by: Actor) -> None:
    """«Salida Segura»; the view ends the session."""
    record(Kind.SIGNED_OUT, by=by, document=member.document)
