"""Sign in, change the key, sign out. `key_check` charges the rate limits before a key is looked at."""

from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts import actions, attack_mode, devices
from accounts.attack_mode import NO_WORD, Word, WordRefused, refuse_word
from accounts.hashers import needs_new_hash, seal_key
from accounts.key_check import CheckOutcome, check_key, chosen_rows, due_back, note_miss, remaining_for_browser
from accounts.keys import is_common, is_personal
from accounts.models import MAY_ENTER, AccessKey, KnownDevice, Member, new_epoch
from accounts.visitors import Visitor
from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.record import action, record
from common.sql.batch import Statement, run_batch
from outbox.queue import put_job
from ratelimits.gcra import free_at, refund, refunds

LOCKOUT_JOB = "accounts.pause_notice"  # stored name, frozen
ENTRY_JOB = "accounts.new_entry"  # tells an entry from an unknown browser, once a day


@dataclass(frozen=True)
class Entered:
    """A sign-in that succeeded: the member, the key, and a new device cookie to set ("" for none)."""

    member: Member
    key: AccessKey
    cookie: str


def sign_in(
    *, document: str, key: str, visitor: Visitor, word: Word = NO_WORD, changing: str = ""
) -> Entered | CheckOutcome | WordRefused:
    """Sign in with a clean document and a key of 4, 5 or 6 digits; never inside a transaction.

    In attack mode the word is judged first (`changing`: see `attack_mode.asks_for_word`). A refusal is charged, recorded and,
    for five digits, remembered as a miss of this browser.
    """
    refused = refuse_word(document, word, visitor, changing)
    if refused:
        return refused
    outcome = check_key(document=document, key=key, visitor=visitor)
    if outcome.key:
        entered = enter(outcome.key, outcome, visitor)
        if entered:
            _renew_hash(entered.key, key)
            return entered
        outcome = ended_meanwhile(outcome)
    return note_refusal(outcome, kind=Kind.SIGN_IN_REFUSED, visitor=visitor)


def enter(key: AccessKey, outcome: CheckOutcome, visitor: Visitor) -> Entered | None:
    """Record the entry with a key just verified; None when the key ended in between."""
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
            entry = {"document": member.document, "label": visitor.label, "at": timezone.now().isoformat()}
            put_job(kind=ENTRY_JOB, payload=entry, document=member.document)
        known = "conocido" if outcome.device else "nuevo"
        record(Kind.SIGNED_IN, by=by, document=member.document, key_kind=key.kind, key_id=key.pk, device=known)
    return Entered(member, key, cookie)


NOTE_ENTRY = f"UPDATE accounts_member SET last_entry_at = %s WHERE id = %s AND {MAY_ENTER}"  # noqa: S608  words of our own
LOOK_AT_KEY = "SELECT ended_at IS NULL, must_change FROM accounts_accesskey WHERE id = %s"
NOTE_OPENING = "UPDATE accounts_accesskey SET opening = %s WHERE id = %s"


def _look_again(key: AccessKey) -> tuple[Statement, Statement]:
    """Write the entry and read what may have changed: the member's row before its key and its limits, in lock order."""
    lock = " FOR NO KEY UPDATE" if connection.features.has_select_for_no_key_update else ""
    return (NOTE_ENTRY, [timezone.now(), key.member_id]), (LOOK_AT_KEY + lock, [key.pk])


def _still_works(key: AccessKey, rows: list[tuple[Any, ...]]) -> bool:
    """Whether the key is live, and must be changed or not as when it was read."""
    found = [(bool(live), bool(must_change)) for live, must_change in rows]
    return found == [(True, key.must_change)] and key.works(timezone.now())


def _opening(key: AccessKey, device: KnownDevice | None, visitor: Visitor) -> tuple[str, list[Statement]]:
    """The cookie and the statements of an entry: a given key gets its one session, a chosen one a known device."""
    if key.must_change:
        key.opening = new_epoch()  # ends the session an earlier entry with this key may have open
        return "", [(NOTE_OPENING, [key.opening, key.pk])]
    if device:
        return "", [devices.using(device)]
    return devices.remembering(key.member, visitor)


class Unfit(Enum):
    """Why a new key may not be chosen; shown only after the current key was right."""

    COMMON = "common"
    PERSONAL = "personal"
    USED_BEFORE = "used before"


@dataclass(frozen=True)
class Changed:
    """The key was changed; `cookie` is a new device cookie to set, or ""."""

    cookie: str


def change_key(
    *, document: str, current: str, new_key: str, visitor: Visitor, word: Word = NO_WORD, changing: str = ""
) -> Changed | Unfit | CheckOutcome | WordRefused:
    """Change the key, by the current one; never inside a transaction.

    Outside a session this checks a key as a sign-in does, so the same limits and the same word picture come first.
    """
    refused = refuse_word(document, word, visitor, changing)
    if refused:
        return refused
    outcome = check_key(document=document, key=current, visitor=visitor)
    if outcome.key:
        changed = _change(outcome.key, new_key, outcome, visitor)
        if changed is not None:
            return changed
        outcome = ended_meanwhile(outcome)
    return note_refusal(outcome, kind=Kind.KEY_CHANGE_REFUSED, visitor=visitor)


def _change(given: AccessKey, new_key: str, outcome: CheckOutcome, visitor: Visitor) -> Changed | Unfit | None:
    """Choose the new key with one just verified, and refund its charges; None when that one ended in between."""
    refunded = partial(due_back, outcome, visitor)
    unfit = _unfit(given.member, new_key)
    if unfit:
        with transaction.atomic():
            refund(*refunded())
        return unfit
    by = Actor.member(given.member.document, visitor.network)
    cookie = actions.choose_key(given=given, new_key=new_key, visitor=visitor, by=by, due_back=refunded)
    return None if cookie is None else Changed(cookie)


def ended_meanwhile(outcome: CheckOutcome) -> CheckOutcome:
    """The refusal of a right key that ended before it could be used. Its charges stay, like those of a wrong key."""
    return CheckOutcome(outcome.document, why="ended", device=outcome.device, digits=outcome.digits)


def _unfit(member: Member, new_key: str) -> Unfit | None:
    if is_common(new_key):
        return Unfit.COMMON
    if actions.used_before(member, new_key):  # first, because its answers are rate limited
        return Unfit.USED_BEFORE
    numbers = [member.document, member.mobile, member.landline]
    return Unfit.PERSONAL if is_personal(new_key, numbers, member.birth_date) else None


def _renew_hash(row: AccessKey, key: str) -> None:
    """Hash a key with older Argon2 parameters anew, while its digits are known."""
    if needs_new_hash(row.member_id, row.kind, row.sealed):
        AccessKey.objects.live().filter(pk=row.pk).update(sealed=seal_key(row.member_id, row.kind, key))


def note_refusal(outcome: CheckOutcome, *, kind: Kind, visitor: Visitor) -> CheckOutcome:
    """Charge the portal, remember the miss and record a refused entry or change; the outcome with what may be shown.

    A lockout that just began is told to the member by mail.
    """
    with action():
        if not outcome.locked_out:
            portal = not outcome.by_known_device and attack_mode.count_failure()
            if outcome.is_miss:
                note_miss(outcome, visitor, portal=portal)
            by = Actor.stranger(visitor.network)
            record(kind, by=by, document=outcome.document, outcome=Outcome.REFUSED, what=outcome.why)
        elif outcome.refusal and outcome.refusal.first and outcome.refusal.limit.document:
            put_job(kind=LOCKOUT_JOB, payload={"document": outcome.document}, document=outcome.document)
    return _with_remaining(outcome, visitor) if outcome.is_miss else outcome


def _with_remaining(outcome: CheckOutcome, visitor: Visitor) -> CheckOutcome:
    """The attempts this browser has left after a miss; with the last one, until when the lockout lasts."""
    remaining = remaining_for_browser(outcome, visitor)
    if remaining:
        return replace(outcome, remaining=remaining)
    if remaining is None or outcome.by_known_device:  # a device's limit refuses silently
        return outcome
    until = max(map(free_at, chosen_rows(outcome.document, None)))
    return replace(outcome, locked_until=until) if until > timezone.now() else outcome


def leave(*, member: Member, by: Actor) -> None:
    """Record «Salida Segura»; the view ends the session."""
    record(Kind.SIGNED_OUT, by=by, document=member.document)
