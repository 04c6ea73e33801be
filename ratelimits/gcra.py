"""Rate limits, counted by GCRA: one atomic statement per limit, the same on both databases.

A row holds one moment, `tat` (GCRA's theoretical arrival time, ITU-T I.371): when the limit would be full again. An
attempt moves it on by `every`; it is refused when that would put it more than `burst` times `every` ahead of now. The
database decides in one statement, so parallel attempts are counted exactly, and `reserve` commits before anything is
verified, so no rollback gives an attempt back.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.record import record
from common.sql.batch import Statement, run_batch
from ratelimits.models import RateLimit
from vault.digests import digest

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3_600_000_000  # microseconds
LOCKOUTS = ("sign_in_short", "sign_in_long")  # what staff know as «ingreso en pausa»
CHARGE = """
INSERT INTO accounts_budget (id, name, tat, ends_at, refused, refused_at)
SELECT %s, %s, %s, CAST(%s AS BIGINT), 0, 0 WHERE {condition}
ON CONFLICT (id) DO UPDATE SET tat = CASE WHEN accounts_budget.tat > %s THEN accounts_budget.tat ELSE %s END + %s
WHERE CASE WHEN accounts_budget.tat > %s THEN accounts_budget.tat ELSE %s END + %s <= %s
RETURNING 1"""
REFUND = "UPDATE accounts_budget SET tat = tat - %s WHERE id = %s"
COUNT_REFUSAL = """
UPDATE accounts_budget SET
  refused = CASE WHEN refused_at > %s THEN refused + 1 ELSE 1 END,
  refused_at = CASE WHEN refused_at > %s THEN refused_at ELSE %s END
WHERE id = %s RETURNING refused"""


@dataclass(frozen=True)
class Limit:
    """`burst` attempts at once for one subject, one more each `every`.

    `ends` is when the thing it guards ends (the key's expiry): its row is removed then, whatever it still counts.
    """

    name: str
    subject: str
    burst: int
    every: timedelta
    document: str = ""  # whose it is, for the trail; "" for networks and the portal
    ends: datetime | None = None

    @cached_property
    def id(self) -> str:
        return digest("budget", self.name, self.subject)

    @property
    def step(self) -> int:
        """`every` in microseconds."""
        return self.every // timedelta(microseconds=1)


@dataclass(frozen=True)
class Refusal:
    """A limit refused; `until` is when it gives an attempt again, `first` whether this is the first refusal of an hour."""

    limit: Limit
    until: datetime
    first: bool


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(at: int) -> datetime:
    """The datetime for `at` microseconds since 1970."""
    return EPOCH + timedelta(microseconds=at)


class WrongOrder(ValueError):
    """A document's limit was to be charged before its visitor's network."""


def charge(*limits: Limit, by: Actor) -> Refusal | None:
    """Charge each in order, in a transaction of its own; the first that refuses ends it.

    What stands before the refusing one stays charged. Raises RuntimeError inside another transaction, which could be
    rolled back: better closed than uncounted.
    """
    refused = _first_refused(limits, charge_apart(*limits, after=range(-1, len(limits) - 1)))
    if refused is None:
        return None
    with transaction.atomic(durable=True):
        return tell_refusal(refused, by)


def charge_apart(*limits: Limit, after: Sequence[int]) -> list[bool]:
    """Charge several in one transaction of its own; which of them gave an attempt.

    `after` says for each the place of the limit that must have given one before it is asked (-1: asked in any case).
    """
    refuse_wrong_order(limits)
    with _alone():
        return _charge(limits, after)


def refuse_wrong_order(limits: Sequence[Limit]) -> None:
    """Raise WrongOrder unless networks stand before documents: a locked-out network must charge no document."""
    of_document = [bool(limit.document) for limit in limits]
    if of_document != sorted(of_document):
        raise WrongOrder(", ".join(limit.name for limit in limits))


def _alone() -> AbstractContextManager[Any]:
    """A transaction of its own: on PostgreSQL the one statement is that by itself."""
    by_itself = connection.vendor == "postgresql" and connection.get_autocommit()
    return nullcontext() if by_itself else transaction.atomic(durable=True)


def charge_inside(*limits: Limit, by: Actor) -> Refusal | None:
    """Charge each in order in the caller's transaction: only for what is no guess, such as the worker's own jobs."""
    refused = _first_refused(limits, _charge(limits, range(-1, len(limits) - 1)))
    return None if refused is None else tell_refusal(refused, by)


def charge_quietly(limit: Limit) -> bool:
    """Charge one in the caller's transaction and leave no event: for a limit whose emptying is no refusal."""
    return _charge([limit], [-1])[0]


def _first_refused(limits: Sequence[Limit], given: Sequence[bool]) -> Limit | None:
    return next((limit for limit, gave in zip(limits, given, strict=True) if not gave), None)


def _charge(limits: Sequence[Limit], after: Sequence[int]) -> list[bool]:
    if connection.vendor == "postgresql":
        values = [value for limit in limits for value in _values(limit)]
        (answer,) = run_batch((_statement(tuple(after)), values))
        return [bool(count) for count in answer.rows[0]]
    given: list[bool] = []
    for limit, before in zip(limits, after, strict=True):
        asked = before < 0 or given[before]
        given.append(asked and bool(run_batch((CHARGE.format(condition="TRUE"), _values(limit)))[0].rows))
    return given


@cache
def _statement(after: tuple[int, ...]) -> str:
    """All charges as one statement, each only if the one it comes after gave an attempt; a column each says whether."""
    conditions = ["TRUE" if before < 0 else f"EXISTS (SELECT 1 FROM take{before})" for before in after]  # noqa: S608
    takes = ", ".join(f"take{at} AS ({CHARGE.format(condition=condition)})" for at, condition in enumerate(conditions))
    return f"WITH {takes} SELECT " + ", ".join(f"(SELECT COUNT(*) FROM take{at})" for at in range(len(after)))  # noqa: S608


def _values(limit: Limit) -> list[str | int | None]:
    now, step = microseconds(timezone.now()), limit.step
    ends = microseconds(limit.ends) if limit.ends else None
    return [limit.id, limit.name, now + step, ends, now, now, step, now, now, step, now + limit.burst * step]


def tell_refusal(limit: Limit, by: Actor) -> Refusal:
    """Until when it refuses; the first refusal of an hour leaves an event, the rest are counted. In a transaction."""
    count = _count_refusal(limit.id)
    if count == 1:
        kind = Kind.SIGN_IN_LOCKED if limit.name in LOCKOUTS else Kind.RATE_LIMIT_REFUSED
        record(kind, by=by, document=limit.document, outcome=Outcome.REFUSED, rate_limit=limit.name)
    return Refusal(limit, free_at(limit), first=count == 1)


def _count_refusal(limit_id: str) -> int:
    """How many there were within the hour."""
    now = microseconds(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(COUNT_REFUSAL, [now - HOUR, now - HOUR, now, limit_id])
        row = cursor.fetchone()
    return row[0] if row else 1  # the row was removed in between: full again


def free_at(limit: Limit) -> datetime:
    """When the limit gives an attempt again; now, if it has one."""
    now = microseconds(timezone.now())
    tat = RateLimit.objects.filter(pk=limit.id).values_list("tat", flat=True).first() or now
    return moment(max(now, tat - (limit.burst - 1) * limit.step))


def remaining(limit: Limit) -> int:
    """How many attempts are left."""
    return remaining_of_each(limit)[0]


def remaining_of_each(*limits: Limit) -> list[int]:
    """How many attempts each of several has left, in one query."""
    now = microseconds(timezone.now())
    full_at = dict(RateLimit.objects.filter(pk__in=[limit.id for limit in limits]).values_list("pk", "tat"))
    ahead = [max(now, full_at.get(limit.id, now)) for limit in limits]
    return [(now + limit.burst * limit.step - tat) // limit.step for limit, tat in zip(limits, ahead, strict=True)]


def remaining_after(limit: Limit, charged: Iterable[datetime], now: datetime) -> int:
    """How many attempts a limit would have left at `now`, had only these moments been charged."""
    full_at = EPOCH
    for at in sorted(charged):
        full_at = max(full_at, at) + limit.every
    return (limit.burst * limit.every - max(full_at - now, timedelta())) // limit.every


def refund(*limits: Limit) -> None:
    """Refund one attempt of each, in the order given, which must be the order `reserve` locks them in."""
    if limits:
        run_batch(*refunds(*limits))


def refunds(*limits: Limit) -> list[Statement]:
    """The statements of `give_back`, to be run together with others."""
    return [(REFUND, [limit.step, limit.id]) for limit in limits]


def refill(*limits: Limit) -> list[str]:
    """Refill them; the names of those that were used."""
    now = microseconds(timezone.now())
    used = [limit for limit in limits if RateLimit.objects.filter(pk=limit.id, tat__gt=now).update(tat=now)]
    return [limit.name for limit in used]
