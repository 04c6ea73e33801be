"""How a budget is counted: one GCRA statement a budget, the same on both databases.

A row holds one moment, `tat`: when the budget would be full again. A try pushes it on by `every`; it is refused when
that would put it more than `burst` times `every` ahead of now. The database decides in one statement, so parallel tries
are counted exactly, and `reserve` commits before anything is checked, so no rollback gives a try back.
"""

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from itertools import takewhile
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Budget
from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.record import record
from audit.together import Statement, run_together
from vault.digests import digest

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOUR = 3_600_000_000  # microseconds
PAUSES = ("sign_in_short", "sign_in_long")  # what staff know as «ingreso en pausa»
TAKE = """
INSERT INTO accounts_budget (id, name, tat, refused, refused_at) SELECT %s, %s, %s, 0, 0 WHERE {condition}
ON CONFLICT (id) DO UPDATE SET tat = CASE WHEN accounts_budget.tat > %s THEN accounts_budget.tat ELSE %s END + %s
WHERE CASE WHEN accounts_budget.tat > %s THEN accounts_budget.tat ELSE %s END + %s <= %s
RETURNING 1"""
GIVE_BACK = "UPDATE accounts_budget SET tat = tat - %s WHERE id = %s"
COUNT_REFUSAL = """
UPDATE accounts_budget SET
  refused = CASE WHEN refused_at > %s THEN refused + 1 ELSE 1 END,
  refused_at = CASE WHEN refused_at > %s THEN refused_at ELSE %s END
WHERE id = %s RETURNING refused"""


@dataclass(frozen=True)
class Limit:
    """`burst` tries at once for one subject, one more each `every`."""

    name: str
    subject: str
    burst: int
    every: timedelta
    document: str = ""  # whose it is, for the trail; "" for networks and the portal

    @cached_property
    def id(self) -> str:
        return digest("budget", self.name, self.subject)

    @property
    def step(self) -> int:
        """`every` in microseconds."""
        return self.every // timedelta(microseconds=1)


@dataclass(frozen=True)
class Refusal:
    """A budget said no; `until` is when it will give one try again, `first` whether it is the first no of an hour."""

    limit: Limit
    until: datetime
    first: bool


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(at: int) -> datetime:
    """The other way round."""
    return EPOCH + timedelta(microseconds=at)


def reserve(*limits: Limit, by: Actor, told: bool = True) -> Refusal | None:
    """Take one try from each, in order, in a transaction of its own; the first that refuses ends it.

    What stood before the refusing one stays taken. Nobody is `told` of some budgets: those work as much whether they
    refuse or not. Raises RuntimeError inside another transaction, which could be rolled back: better closed than uncounted.
    """
    if not told:
        with transaction.atomic(durable=True):
            return _take_all_quietly(limits)
    with _alone():
        taken = _take_in_order(limits)
    if taken == len(limits):
        return None
    with transaction.atomic(durable=True):
        return _refused(limits[taken], by)


def _alone() -> AbstractContextManager[Any]:
    """A transaction of its own: on PostgreSQL the one statement is that by itself."""
    by_itself = connection.vendor == "postgresql" and connection.get_autocommit()
    return nullcontext() if by_itself else transaction.atomic(durable=True)


def reserve_inside(*limits: Limit, by: Actor) -> Refusal | None:
    """The same in the caller's transaction: only for what is no guess, such as the worker's own jobs."""
    taken = _take_in_order(limits)
    return None if taken == len(limits) else _refused(limits[taken], by)


def _take_all_quietly(limits: tuple[Limit, ...]) -> Refusal | None:
    for limit in limits:
        taken = _take_in_order((limit,)) == 1
        _count_refusal("" if taken else limit.id)  # no row has the name ""
        if not taken:
            return Refusal(limit, timezone.now(), first=False)
    return None


def _take_in_order(limits: tuple[Limit, ...]) -> int:
    """How many gave a try before one refused; the following are not asked."""
    if connection.vendor == "postgresql":
        (answer,) = run_together((_chain(len(limits)), [value for limit in limits for value in _values(limit)]))
        return int(answer.rows[0][0])
    taken = takewhile(bool, (run_together((TAKE.format(condition="TRUE"), _values(limit)))[0].rows for limit in limits))
    return sum(1 for _ in taken)


@cache
def _chain(length: int) -> str:
    """All takes as one statement, each only after the one before it gave; it says how many did."""
    conditions = ["TRUE", *(f"EXISTS (SELECT 1 FROM take{before})" for before in range(length - 1))]  # noqa: S608
    takes = ", ".join(f"take{at} AS ({TAKE.format(condition=condition)})" for at, condition in enumerate(conditions))
    return f"WITH {takes} SELECT " + " + ".join(f"(SELECT COUNT(*) FROM take{at})" for at in range(length))  # noqa: S608


def _values(limit: Limit) -> list[str | int]:
    now, step = microseconds(timezone.now()), limit.step
    return [limit.id, limit.name, now + step, now, now, step, now, now, step, now + limit.burst * step]


def _refused(limit: Limit, by: Actor) -> Refusal:
    """Say until when; the first refusal of an hour leaves an event, the rest are counted."""
    count = _count_refusal(limit.id)
    if count == 1:
        kind = Kind.DOOR_PAUSED if limit.name in PAUSES else Kind.BUDGET_REFUSED
        record(kind, by=by, document=limit.document, outcome=Outcome.REFUSED, budget=limit.name)
    return Refusal(limit, free_at(limit), first=count == 1)


def _count_refusal(limit_id: str) -> int:
    """How many there were within the hour; 0 where there is no such row."""
    now = microseconds(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(COUNT_REFUSAL, [now - HOUR, now - HOUR, now, limit_id])
        row = cursor.fetchone()
    return row[0] if row else 0


def free_at(limit: Limit) -> datetime:
    """When the budget gives a try again; now, if it has one."""
    now = microseconds(timezone.now())
    tat = Budget.objects.filter(pk=limit.id).values_list("tat", flat=True).first() or now
    return moment(max(now, tat - (limit.burst - 1) * limit.step))


def left(limit: Limit) -> int:
    """How many tries are left."""
    return left_of_each(limit)[0]


def left_of_each(*limits: Limit) -> list[int]:
    """The same for several, in one query."""
    now = microseconds(timezone.now())
    full_at = dict(Budget.objects.filter(pk__in=[limit.id for limit in limits]).values_list("pk", "tat"))
    ahead = [max(now, full_at.get(limit.id, now)) for limit in limits]
    return [(now + limit.burst * limit.step - tat) // limit.step for limit, tat in zip(limits, ahead, strict=True)]


def give_back(*limits: Limit) -> None:
    """Undo one reservation of each, in the order in which they were made, as `reserve` locks them."""
    if limits:
        run_together(*giving_back(*limits))


def giving_back(*limits: Limit) -> list[Statement]:
    """The statements that do so, for whoever runs them together with others."""
    return [(GIVE_BACK, [limit.step, limit.id]) for limit in limits]


def fill(*limits: Limit) -> list[str]:
    """Make them full again; the names of those that were not."""
    now = microseconds(timezone.now())
    used = [limit for limit in limits if Budget.objects.filter(pk=limit.id, tat__gt=now).update(tat=now)]
    return [limit.name for limit in used]
