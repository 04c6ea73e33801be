"""Rate limits by GCRA, the generic cell rate algorithm of ITU-T I.371: one atomic statement per limit.

A row holds one time, `tat` (theoretical arrival time): when the limit will be full again. An attempt adds `every` to it and
is refused if the result is more than `burst * every` after now. The database decides in one statement, so concurrent
attempts are counted exactly. `charge` commits before anything is verified, so no rollback returns an attempt.
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

STORED_PURPOSE = "budget"  # stored name, frozen: part of the digest in every row's id
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3_600_000_000  # microseconds
LOCKOUTS = ("sign_in_short", "sign_in_long")  # limits whose refusal staff see as «ingreso en pausa»
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
    """A rate limit of one subject: `burst` attempts at once, then one more each `every`.

    `ends` is the expiry of the key that the limit protects; the purge removes the row then, whatever it still counts.
    """

    name: str
    subject: str
    burst: int
    every: timedelta
    document: str = ""  # for the audit event and the lock order; "" for networks and the portal
    ends: datetime | None = None

    @cached_property
    def id(self) -> str:
        """Primary key of the row: a keyed digest, so the table names no document."""
        return digest(STORED_PURPOSE, self.name, self.subject)

    @property
    def step(self) -> int:
        """`every` in microseconds."""
        return self.every // timedelta(microseconds=1)


@dataclass(frozen=True)
class Refusal:
    """A refused charge: `until` is when the limit allows an attempt again, `first` whether no other came within the hour."""

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
    """A call names a document's limit before a network's."""


def charge(*limits: Limit, by: Actor) -> Refusal | None:
    """Charge the limits in order and commit. Returns the first refusal, or None; limits after it are not charged.

    Limits before the refusal stay charged. Raises RuntimeError inside a transaction, whose rollback would return the
    attempts, and WrongOrder.
    """
    refused = _first_refused(limits, charge_apart(*limits, after=range(-1, len(limits) - 1)))
    if refused is None:
        return None
    with transaction.atomic(durable=True):
        return tell_refusal(refused, by)


def charge_apart(*limits: Limit, after: Sequence[int]) -> list[bool]:
    """Charge several limits and commit; for each, whether it allowed the attempt.

    `after` holds for each limit the index of the limit that must have allowed the attempt first; -1 for none.
    """
    refuse_wrong_order(limits)
    with _alone():
        return _charge(limits, after)


def refuse_wrong_order(limits: Sequence[Limit]) -> None:
    """Raise WrongOrder unless networks come before documents, so a locked-out network charges no document."""
    of_document = [bool(limit.document) for limit in limits]
    if of_document != sorted(of_document):
        raise WrongOrder(", ".join(limit.name for limit in limits))


def _alone() -> AbstractContextManager[Any]:
    """A durable transaction; on PostgreSQL in autocommit mode the single statement is one already."""
    autocommits = connection.vendor == "postgresql" and connection.get_autocommit()
    return nullcontext() if autocommits else transaction.atomic(durable=True)


def charge_inside(*limits: Limit, by: Actor) -> Refusal | None:
    """`charge` in the caller's transaction: only where nothing is guessed, such as in the worker's jobs."""
    refused = _first_refused(limits, _charge(limits, range(-1, len(limits) - 1)))
    return None if refused is None else tell_refusal(refused, by)


def charge_quietly(limit: Limit) -> bool:
    """Charge one limit in the caller's transaction without an event; whether it allowed the attempt."""
    return _charge([limit], [-1])[0]


def _first_refused(limits: Sequence[Limit], allowed: Sequence[bool]) -> Limit | None:
    return next((limit for limit, passed in zip(limits, allowed, strict=True) if not passed), None)


def _charge(limits: Sequence[Limit], after: Sequence[int]) -> list[bool]:
    if connection.vendor == "postgresql":
        values = [value for limit in limits for value in _values(limit)]
        (answer,) = run_batch((_statement(tuple(after)), values))
        return [bool(count) for count in answer.rows[0]]
    allowed: list[bool] = []
    for limit, before in zip(limits, after, strict=True):
        due = before < 0 or allowed[before]
        allowed.append(due and bool(run_batch((CHARGE.format(condition="TRUE"), _values(limit)))[0].rows))
    return allowed


@cache
def _statement(after: tuple[int, ...]) -> str:
    """One statement for all charges, each conditional on its `after`; one column per charge: 1 if it was allowed."""
    conditions = ["TRUE" if before < 0 else f"EXISTS (SELECT 1 FROM charge{before})" for before in after]  # noqa: S608
    charges = ", ".join(f"charge{at} AS ({CHARGE.format(condition=condition)})" for at, condition in enumerate(conditions))
    return f"WITH {charges} SELECT " + ", ".join(f"(SELECT COUNT(*) FROM charge{at})" for at in range(len(after)))  # noqa: S608


def _values(limit: Limit) -> list[str | int | None]:
    now, step = microseconds(timezone.now()), limit.step
    ends = microseconds(limit.ends) if limit.ends else None
    return [limit.id, limit.name, now + step, ends, now, now, step, now, now, step, now + limit.burst * step]


def tell_refusal(limit: Limit, by: Actor) -> Refusal:
    """Count a refusal and say until when it lasts; only the first within an hour writes an event. Needs a transaction."""
    count = _count_refusal(limit.id)
    if count == 1:
        kind = Kind.SIGN_IN_LOCKED if limit.name in LOCKOUTS else Kind.RATE_LIMIT_REFUSED
        record(kind, by=by, document=limit.document, outcome=Outcome.REFUSED, rate_limit=limit.name)
    return Refusal(limit, free_at(limit), first=count == 1)


def _count_refusal(limit_id: str) -> int:
    """The number of refusals within the hour, this one included."""
    now = microseconds(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(COUNT_REFUSAL, [now - HOUR, now - HOUR, now, limit_id])
        row = cursor.fetchone()
    return row[0] if row else 1  # the purge removed the row meanwhile: the limit is full again


def free_at(limit: Limit) -> datetime:
    """When the limit allows the next attempt; now, if it has one left."""
    now = microseconds(timezone.now())
    tat = RateLimit.objects.filter(pk=limit.id).values_list("tat", flat=True).first() or now
    return moment(max(now, tat - (limit.burst - 1) * limit.step))


def remaining(limit: Limit) -> int:
    """The number of attempts left."""
    return remaining_of_each(limit)[0]


def remaining_of_each(*limits: Limit) -> list[int]:
    """The number of attempts left of each limit, in one query."""
    now = microseconds(timezone.now())
    stored = dict(RateLimit.objects.filter(pk__in=[limit.id for limit in limits]).values_list("pk", "tat"))
    tats = [max(now, stored.get(limit.id, now)) for limit in limits]
    return [(now + limit.burst * limit.step - tat) // limit.step for limit, tat in zip(limits, tats, strict=True)]


def remaining_after(limit: Limit, charged: Iterable[datetime], now: datetime) -> int:
    """The attempts that would be left at `now` if the limit had been charged at the times `charged` only."""
    tat = EPOCH
    for at in sorted(charged):
        tat = max(tat, at) + limit.every
    return (limit.burst * limit.every - max(tat - now, timedelta())) // limit.every


def refund(*limits: Limit) -> None:
    """Refund one attempt of each limit. The order given must be that of `charge`, to avoid deadlock."""
    if limits:
        run_batch(*refunds(*limits))


def refunds(*limits: Limit) -> list[Statement]:
    """The statements of `refund`, to run in one batch with others."""
    return [(REFUND, [limit.step, limit.id]) for limit in limits]


def refill(*limits: Limit) -> list[str]:
    """Refill the limits; the names of those that had been charged."""
    now = microseconds(timezone.now())
    used = [limit for limit in limits if RateLimit.objects.filter(pk=limit.id, tat__gt=now).update(tat=now)]
    return [limit.name for limit in used]
