"""Check a key: charge the rate limits, commit, then verify. Sign-in and key change both come through here.

For a document nobody has, and for every state of a member, the same rows are written and the same number of hashes is
computed; only the outcome differs. What a rate limit refuses is not verified. The order of locks is decision 39.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.attack_mode import portal_limit
from accounts.hashers import parameters_of, verify_key, verify_nothing
from accounts.keys import CHOSEN_DIGITS, TEMPORARY_DIGITS
from accounts.models import AccessKey, KnownDevice, Member, Miss
from accounts.portal_counts import drawn_parameters
from accounts.visitors import Visitor
from audit.actors import Actor
from audit.record import subject_of
from common.sql.select import select
from ratelimits import rates
from ratelimits.gcra import Limit, Refusal, charge_apart, charge_quietly, remaining_after, remaining_of_each, tell_refusal

Kind = AccessKey.Kind
OWN_MISSES = 4  # how many of a browser's own wrong keys a success refunds
OWN_MISSES_AGE = timedelta(minutes=30)
KINDS = {TEMPORARY_DIGITS: (Kind.TEMPORARY,), CHOSEN_DIGITS: (Kind.CHOSEN,)}
SIX = (Kind.INITIAL, Kind.MAILED)
OF_DOCUMENT = "member_id = (SELECT id FROM accounts_member WHERE document = %s)"
# Every transaction locks rows in this order, to avoid deadlock.
LOCK_ORDER = ["sign_in_network", "sign_in_short", "sign_in_long", "sign_in_device", "temporary_own", "temporary_others"]
LOCK_ORDER += ["initial_key", "mailed_key", "portal"]
# Only these refusals are shown, as a lockout, so they need no work that hides them; the others cost a dummy hash.
SHOWN = ("sign_in_short", "sign_in_long", "sign_in_network")


@dataclass
class KeyCheck:
    """What is known before the key is looked at."""

    document: str
    visitor: Visitor
    device: KnownDevice | None
    keys: dict[str, AccessKey] = field(default_factory=dict)  # live ones, by kind
    charged: list[Limit] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)  # kinds of key whose limits gave an attempt


@dataclass(frozen=True)
class CheckOutcome:
    """`key` is set when it is right and may be used. `why` is for the trail only.

    `remaining` and `locked_until` may be shown.
    """

    document: str
    key: AccessKey | None = None
    remaining: int | None = None
    locked_until: datetime | None = None  # of the lockout that refused, or that begins with this miss
    refusal: Refusal | None = None
    why: str = ""
    device: KnownDevice | None = None
    digits: int = 0
    charged: tuple[Limit, ...] = ()  # a right key's own charges, to be refunded (`due_back`)

    @property
    def by_known_device(self) -> bool:
        """Whether the limits of the member's own device were charged, not those of strangers."""
        return self.device is not None and self.digits == CHOSEN_DIGITS

    @property
    def locked_out(self) -> bool:
        """Whether a lockout that is shown refused this attempt."""
        return self.refusal is not None and self.locked_until is not None

    @property
    def is_miss(self) -> bool:
        """Whether a key of five digits was verified and found wrong: a later success of this browser refunds it."""
        return self.key is None and self.digits == CHOSEN_DIGITS and self.refusal is None


def known_device(document: str, device: str) -> KnownDevice | None:
    """The member's own phone or computer, if that is what this browser is."""
    if not device:
        return None
    rows = select(KnownDevice, f"digest = %s AND {OF_DOCUMENT}", device, document)
    return next((row for row in rows if row.lives(timezone.now())), None)


def check_key(*, document: str, key: str, visitor: Visitor) -> CheckOutcome:
    """Check a key of 4, 5 or 6 digits for a clean document; never inside a transaction.

    For a right key the caller refunds what `due_back` returns, in a transaction.
    """
    check = KeyCheck(document, visitor, known_device(document, visitor.device))
    kinds = KINDS.get(len(key), SIX)  # no row that is not looked at: reading it would take time
    check.keys = {row.kind: row for row in live_keys(document, kinds)}
    refusal = _charge(check, len(key))
    outcome = CheckOutcome(document, refusal=refusal, device=check.device, digits=len(key))
    if refusal and refusal.limit.name in SHOWN:
        return replace(outcome, locked_until=refusal.until, why=_refused_by(refusal))
    right = _verify(check, key)
    why = _why_not(check, right, refusal, len(key))
    if right and not why:
        return replace(outcome, key=right, charged=tuple(check.charged))
    return replace(outcome, why=why)


def live_keys(document: str, kinds: Sequence[str]) -> list[AccessKey]:
    """The live keys of these kinds; each without its member, which would take time where there is one."""
    condition = f"{OF_DOCUMENT} AND ended_at IS NULL AND kind IN ({', '.join(['%s'] * len(kinds))})"
    return select(AccessKey, condition, document, *kinds)


def _charge(check: KeyCheck, digits: int) -> Refusal | None:
    """Charge the network, then the document or device, in one transaction; the refusal that ends this attempt, if any.

    A network that refuses ends it: no document is charged, so a locked-out network costs no member an attempt. The rows
    of given keys do not depend on each other: one that refuses leaves the other kind open. A known device is charged
    alone; only when its own limit is empty is its network charged too, so its refusals buy no more hashes than a stranger's.
    """
    rows = _rows(check, digits)
    network = rates.sign_in_network(check.visitor.network)
    if check.device is not None and digits == CHOSEN_DIGITS:
        limits, after = list(rows[0][1]), [-1]
    else:
        limits, after = _after_network(network, rows)
    gave = dict(zip(limits, charge_apart(*limits, after=after), strict=True))
    if network not in gave and not any(gave.values()):
        gave = dict(zip([network], charge_apart(network, after=[-1]), strict=True)) | gave
        limits = [network, *limits]
    check.charged = [limit for limit in limits if gave[limit]]
    check.allowed = [kind for kind, own in rows if all(gave[limit] for limit in own)]
    return None if check.allowed else _refusal(next(limit for limit in limits if not gave[limit]), check.visitor)


def _after_network(network: Limit, rows: list[tuple[str, list[Limit]]]) -> tuple[list[Limit], list[int]]:
    """The limits in the order of their charges, and after which one each is charged: see `charge_apart`."""
    limits, after = [network], [-1]
    for _, own in rows:
        for place, limit in enumerate(own):
            after.append(len(limits) - 1 if place else 0)
            limits.append(limit)
    return limits, after


def _refusal(limit: Limit, visitor: Visitor) -> Refusal:
    """What a shown limit refused is counted; the others do the same work whether they refuse or not."""
    if limit.name not in SHOWN:
        return Refusal(limit, timezone.now(), first=False)
    with transaction.atomic(durable=True):
        return tell_refusal(limit, Actor.stranger(visitor.network))


def _rows(check: KeyCheck, digits: int) -> list[tuple[str, list[Limit]]]:
    """Each kind of key this length may be, with the limits of its document."""
    document = check.document
    if digits == CHOSEN_DIGITS:
        return [(Kind.CHOSEN, chosen_rows(document, check.device))]
    if digits == TEMPORARY_DIGITS:
        key = check.keys.get(Kind.TEMPORARY)
        own = key is not None and key.browser != "" and key.browser == check.visitor.browser
        return [(Kind.TEMPORARY, [rates.temporary_key(document, key, own)])]
    return [
        (Kind.INITIAL, [rates.initial_key(document, check.keys.get(Kind.INITIAL))]),
        (Kind.MAILED, [rates.mailed_key(document, check.keys.get(Kind.MAILED))]),
    ]


def _verify(check: KeyCheck, key: str) -> AccessKey | None:
    """As many hashes as the length asks for, whether or not there is anything to verify."""
    right = None
    for kind in KINDS.get(len(key), SIX):
        row, drawn = check.keys.get(kind), drawn_parameters(check.document, kind)
        if row is None:
            verify_nothing(key, drawn)
        elif kind not in check.allowed:  # costs what verifying it would
            verify_nothing(key, parameters_of(row.member_id, kind, row.sealed) or settings.ARGON2_PARAMETERS)
        elif verify_key(row.member_id, row.kind, row.sealed, key):
            right = row
    return right


def _why_not(check: KeyCheck, right: AccessKey | None, refusal: Refusal | None, digits: int) -> str:
    """Why the key does not serve, for the trail; "" when it does."""
    if refusal:
        return _refused_by(refusal)
    if right is None:
        return "wrong" if any(kind in check.keys for kind in KINDS.get(digits, SIX)) else "no key"
    if not right.works(timezone.now()):
        return "expired"
    (right.member,) = select(Member, "id = %s", right.member_id)
    return "" if right.member.may_enter else "closed"


def _refused_by(refusal: Refusal) -> str:
    return f"budget {refusal.limit.name}"  # stored in the trail, frozen


def due_back(outcome: CheckOutcome, visitor: Visitor) -> list[Limit]:
    """What a right key is refunded: its own charges, and this browser's recent misses for the same document.

    The long row is not refunded for misses. The misses are deleted here, so the same transaction must also refund. Returned in
    lock order. After 40 right keys, and one more every two minutes, nothing is refunded: somebody's own key must not buy
    hashes, sessions and events without end.
    """
    if not charge_quietly(rates.right_keys(outcome.document)):
        return []
    limits = [*_own_misses(outcome, visitor), *outcome.charged]
    return sorted(limits, key=lambda limit: (LOCK_ORDER.index(limit.name), limit.id))


def _own_misses(outcome: CheckOutcome, visitor: Visitor) -> list[Limit]:
    """What this browser's own misses were charged. Each deleted miss counts once, also for parallel successes."""
    limits: list[Limit] = []
    since = timezone.now() - OWN_MISSES_AGE
    newest = misses(outcome, visitor).filter(at__gt=since).order_by("-at")[:OWN_MISSES]
    for pk, network, portal in newest.values_list("pk", "network", "portal"):
        if Miss.objects.filter(pk=pk).delete()[0]:
            limits.append(chosen_rows(outcome.document, outcome.device)[0])
            if outcome.device is None:
                limits += [rates.sign_in_network(network), *([portal_limit()] if portal else [])]
    return limits


def misses(outcome: CheckOutcome, visitor: Visitor) -> QuerySet[Miss]:
    """The wrong keys this browser typed for this document, as this known device or as none."""
    known = outcome.device is not None
    return Miss.objects.filter(browser=visitor.browser, subject=subject_of(outcome.document), device=known)


def chosen_rows(document: str, device: KnownDevice | None) -> list[Limit]:
    """The limits of a chosen key: of the member's own device, or of the document."""
    if device is not None:
        return [rates.sign_in_device(document, device.limit_subject)]
    return [rates.sign_in_short(document), rates.sign_in_long(document)]


def note_miss(outcome: CheckOutcome, visitor: Visitor, *, portal: bool) -> None:
    """Remember a wrong key of five digits that this browser typed; `portal` is whether the portal's limit was charged."""
    Miss.objects.create(
        browser=visitor.browser,
        subject=subject_of(outcome.document),
        network=visitor.network,
        device=outcome.device is not None,
        portal=portal,
        at=timezone.now(),
    )


def remaining_for_browser(outcome: CheckOutcome, visitor: Visitor) -> int | None:
    """Attempts this browser has left, counting only its own misses; None before the third, where that says nothing.

    What others charged is not counted: it would tell a stranger what the member did, and tell members from nobody.
    """
    limit = chosen_rows(outcome.document, outcome.device)[0]
    if outcome.device is not None:
        remaining = remaining_of_each(limit)[0]  # only this device charges this row
    else:
        remaining = remaining_after(limit, misses(outcome, visitor).values_list("at", flat=True), timezone.now())
    return remaining if limit.burst - remaining >= 3 else None
