"""Try a key: reserve, commit, then verify. Sign-in and key change both come through here.

For a document nobody has, and for every state of a member, the same rows are written and the same number of hashes is
computed; only the verdict differs. What a budget refuses is not verified.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from accounts import budgets, siege
from accounts.hashers import verify_key, verify_nothing
from accounts.keys import CHOSEN_DIGITS, TEMPORARY_DIGITS
from accounts.limits import Limit, Refusal, left_of_each, reserve
from accounts.models import AccessKey, KnownDevice, Member, Miss
from accounts.visitors import Visitor
from audit.actors import Actor
from audit.reading import read
from audit.record import subject_of

Kind = AccessKey.Kind
OWN_MISSES = 4  # how many of a browser's own wrong keys a success takes back
OWN_MISSES_AGE = timedelta(minutes=30)
KINDS = {TEMPORARY_DIGITS: (Kind.TEMPORARY,), CHOSEN_DIGITS: (Kind.CHOSEN,)}
SIX = (Kind.INITIAL, Kind.MAILED)
OF_DOCUMENT = "member_id = (SELECT id FROM accounts_member WHERE document = %s)"
# As `_reserve` and `budgets.of_document` take the rows; in another order two could wait for each other for ever.
LOCK_ORDER = {"sign_in_short": 0, "sign_in_long": 1, "initial_key": 3, "mailed_key": 4, "sign_in_network": 5, "portal": 6}
# Only these refusals are ever told, as a pause, so they need no work that hides them; the others cost a dummy hash.
SHOWN = ("sign_in_short", "sign_in_long", "sign_in_network")


@dataclass
class Trial:
    """What is known before the key is looked at."""

    document: str
    visitor: Visitor
    device: KnownDevice | None
    keys: dict[str, AccessKey] = field(default_factory=dict)  # live ones, by kind
    taken: list[Limit] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)  # kinds whose budgets let this try through


@dataclass(frozen=True)
class Verdict:
    """`key` is set when the door may open. `why` is for the trail only; `paused` and `left` may be shown."""

    document: str
    key: AccessKey | None = None
    paused: datetime | None = None
    left: int | None = None
    refusal: Refusal | None = None
    why: str = ""
    device: KnownDevice | None = None
    taken: tuple[Limit, ...] = ()  # a right key's own tries, to be given back (`due_back`)


def known_device(document: str, device: str) -> KnownDevice | None:
    """The member's own phone or computer, if that is what this browser is."""
    if not device:
        return None
    rows = read(KnownDevice, f"digest = %s AND {OF_DOCUMENT}", device, document)
    return next((row for row in rows if row.lives(timezone.now())), None)


def try_key(*, document: str, key: str, visitor: Visitor) -> Verdict:
    """Judge a key of 4, 5 or 6 digits for a clean document; never inside a transaction.

    Of a right key the caller gives back what `due_back` says, in a transaction.
    """
    trial = Trial(document, visitor, known_device(document, visitor.device))
    kinds = KINDS.get(len(key), SIX)  # no row that is not looked at: reading it would take time
    trial.keys = {row.kind: row for row in live_keys(document, kinds)}
    refusal = _reserve(trial, len(key))
    if refusal and refusal.limit.name in SHOWN:
        return Verdict(document, paused=refusal.until, refusal=refusal, why=f"budget {refusal.limit.name}")
    right = _verify(trial, key)
    why = _why_not(trial, right, refusal, len(key))
    if right and not why:
        return Verdict(document, key=right, device=trial.device, taken=tuple(trial.taken))
    return Verdict(document, left=_left(trial, len(key)), refusal=refusal, why=why, device=trial.device)


def live_keys(document: str, kinds: Sequence[str]) -> list[AccessKey]:
    """The live keys of these kinds; each without its member, which would take time where there is one."""
    condition = f"{OF_DOCUMENT} AND ended_at IS NULL AND kind IN ({', '.join(['%s'] * len(kinds))})"
    return read(AccessKey, condition, document, *kinds)


def _reserve(trial: Trial, digits: int) -> Refusal | None:
    """Document or device first, then network, then the portal, whose emptying is a siege and no refusal.

    What nobody is told of spends the network all the same: else its rest would tell whether there is a new given key.
    """
    by = Actor.stranger(trial.visitor.network)
    rows = _rows(trial, digits)
    if trial.device is not None and digits == CHOSEN_DIGITS:
        return _take(trial, *rows[0], by)
    shared = [budgets.sign_in_network(trial.visitor.network), budgets.portal()]
    if digits == CHOSEN_DIGITS:  # one transaction will do
        kind, limits = rows[0]
        return _take(trial, kind, [*limits, *shared], by)
    refusals = [_take(trial, kind, limits, by) for kind, limits in rows]
    untold = None if trial.allowed else refusals[0]
    refusal = _take(trial, "", shared, by)
    if refusal:
        trial.allowed.clear()
    return refusal or untold


def _rows(trial: Trial, digits: int) -> list[tuple[str, list[Limit]]]:
    """Each kind of key this length may be, with the budgets of its document."""
    document = trial.document
    if digits == CHOSEN_DIGITS:
        return [(Kind.CHOSEN, _chosen_rows(document, trial.device))]
    if digits == TEMPORARY_DIGITS:
        key = trial.keys.get(Kind.TEMPORARY)
        own = key is not None and key.browser != "" and key.browser == trial.visitor.browser
        return [(Kind.TEMPORARY, [budgets.temporary_key(document, _number(key), own)])]
    initial, mailed = trial.keys.get(Kind.INITIAL), trial.keys.get(Kind.MAILED)
    return [
        (Kind.INITIAL, [budgets.initial_key(document, _number(initial))]),
        (Kind.MAILED, [budgets.mailed_key(document, _number(mailed))]),
    ]


def _number(key: AccessKey | None) -> int:
    return key.pk if key else 0


def _take(trial: Trial, kind: str, limits: list[Limit], by: Actor) -> Refusal | None:
    """Reserve for one kind of key; an empty portal starts a siege and lets the try through."""
    refusal = reserve(*limits, by=by, told=limits[0].name in SHOWN)
    if refusal and refusal.limit.name == "portal":
        siege.start(limits.pop())
        refusal = None
    if refusal is None:
        trial.allowed.append(kind)
        trial.taken += limits
    return refusal


def _verify(trial: Trial, key: str) -> AccessKey | None:
    """As many hashes as the length asks for, whether or not there is anything to verify."""
    right = None
    for kind in KINDS.get(len(key), SIX):
        row = trial.keys.get(kind)
        if row is None or kind not in trial.allowed:
            verify_nothing(key)
        elif verify_key(row.member_id, row.kind, row.sealed, key):
            right = row
    return right


def _why_not(trial: Trial, right: AccessKey | None, refusal: Refusal | None, digits: int) -> str:
    """ "" when the door may open, else the reason the trail keeps (and no stranger sees)."""
    if refusal:
        return f"budget {refusal.limit.name}"
    if right is None:
        return "wrong" if any(kind in trial.keys for kind in KINDS.get(digits, SIX)) else "no key"
    if not right.works(timezone.now()):
        return "expired"
    (right.member,) = read(Member, "id = %s", right.member_id)
    return "" if right.member.may_enter else "closed"


def due_back(verdict: Verdict, visitor: Visitor) -> list[Limit]:
    """A right key's own try, and this browser's recent misses for the same document (but the long row's), as `reserve` locks.

    The misses are forgotten here, so the transaction that asks must also give back.
    """
    limits = [*_own_misses(verdict, visitor), *verdict.taken]
    return sorted(limits, key=lambda limit: (LOCK_ORDER.get(limit.name, 2), limit.id))


def _own_misses(verdict: Verdict, visitor: Visitor) -> list[Limit]:
    """What this browser's own misses took. Each deleted miss counts once, however many successes ask for it at once."""
    if not visitor.browser:
        return []
    since, device = timezone.now() - OWN_MISSES_AGE, verdict.device
    own = Miss.objects.filter(browser=visitor.browser, subject=subject_of(verdict.document), at__gt=since)
    newest = own.filter(device=device is not None).order_by("-at")[:OWN_MISSES]
    limits: list[Limit] = []
    for pk, network in newest.values_list("pk", "network"):
        if Miss.objects.filter(pk=pk).delete()[0]:
            limits.append(_chosen_rows(verdict.document, device)[0])
            limits += [budgets.sign_in_network(network), budgets.portal()] if device is None else []
    return limits


def _chosen_rows(document: str, device: KnownDevice | None) -> list[Limit]:
    """The budgets of a chosen key: of the member's own device, or of the document."""
    if device is not None:
        return [budgets.sign_in_device(document, device.budget_subject)]
    return [budgets.sign_in_short(document), budgets.sign_in_long(document)]


def note_miss(verdict: Verdict, visitor: Visitor) -> None:
    """Remember a wrong five-digit key of this browser, once it has a session to be known by."""
    Miss.objects.create(
        browser=visitor.browser,
        subject=subject_of(verdict.document),
        network=visitor.network,
        device=verdict.device is not None,
        at=timezone.now(),
    )


def _left(trial: Trial, digits: int) -> int | None:
    """Tries left of five digits, to be shown from the third failure on; None where that says nothing."""
    if digits != CHOSEN_DIGITS:
        return None
    limits = _chosen_rows(trial.document, trial.device)
    tries = left_of_each(*limits)
    return min(tries) if limits[0].burst - tries[0] >= 3 else None
