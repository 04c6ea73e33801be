"""Balances of products on past days, known or unknown, and totals that say what they leave out.

For the page, the CSV, the extract and the growth of what a member has (docs/decisions/0047):

- `known_on(products, days)`: what is `Known` of each product on each day, read in one statement whatever the number of
  movements (a second one if an earlier cut-off counts). What a final extract published counts before anything else. A product
  without data for a day has no entry: «sin dato». Today's balances, which the last extract has too, are
  `known_on(products, [today])`.
- `total_of(balances)`: a `Total`; a None among the balances is unknown and is never counted as zero.
- `Total.label(name)`: «Lo que tengo», or «Lo que tengo: suma de 3 de 4 productos».
- `existed_on(product, day)`: False for a product that was opened later, which no total misses.
- `month_ends(products, known, months)`: the total of the owned products at the end of each month.
- `months_of(products)`: the months with data, newest first.

The ORM would need a subquery for each day, which is slow to compile.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from statements.models import Cutoff, Product
from statements.months import Month, months_between
from statements.movements import cents

SIN_DATO = "sin dato de ese mes"

# base: the last cut-off up to the day. Then the last movement up to the day, the balance after it, the balance after the last
# movement up to the base, and what a final extract published as the balance of the day.
LAST_MOVEMENT = """(
    SELECT movement.balance FROM statements_movement movement
    WHERE movement.product_id = {product} AND movement.day <= {day}
    ORDER BY movement.day DESC, movement.id DESC LIMIT 1)"""
KNOWN = f"""
WITH limits(day) AS (VALUES {{days}}), known AS (
    SELECT product.id, limits.day, product.ledger_from,
        CASE WHEN product.cutoff_on <= limits.day THEN product.cutoff_on
            WHEN product.first_cutoff_on <= limits.day THEN (
                SELECT MAX(cutoff.day) FROM statements_cutoff cutoff
                WHERE cutoff.product_id = product.id AND cutoff.day <= limits.day)
        END AS base
    FROM statements_product product CROSS JOIN limits
    WHERE product.member_id IN ({{members}}))
SELECT known.id, known.day, known.base,
    CASE WHEN known.ledger_from <= known.day THEN (
        SELECT MAX(movement.day) FROM statements_movement movement
        WHERE movement.product_id = known.id AND movement.day <= known.day) END,
    CASE WHEN known.ledger_from <= known.day THEN {LAST_MOVEMENT.format(product="known.id", day="known.day")} END,
    CASE WHEN known.ledger_from <= known.base THEN {LAST_MOVEMENT.format(product="known.id", day="known.base")} END,
    (SELECT published.closing FROM statements_publishedaccount published
        WHERE published.product_id = known.id AND published.month_end = known.day)
FROM known
"""  # noqa: S608  names of our own


@dataclass(frozen=True)
class Known:
    """A product's figures at the end of a day: its last cut-off, the balance carried on with the movements since."""

    balance: Decimal
    day: dt.date  # of the latest data that the balance comes from
    figures: Product | Cutoff | None = None  # instalment, rate, arrears of the last cut-off; None before the first

    @property
    def figures_on(self) -> dt.date | None:
        if self.figures is None:
            return None
        return self.figures.cutoff_on if isinstance(self.figures, Product) else self.figures.day


KnownOn = dict[tuple[int, dt.date], Known]  # by product id and day


class _Found(NamedTuple):
    product: int
    day: dt.date
    base: dt.date | None
    moved_on: dt.date | None
    ledger: Decimal | None
    ledger_at_base: Decimal | None
    published: Decimal | None


def known_on(products: Sequence[Product], days: Sequence[dt.date]) -> KnownOn:
    """What is known of each product at the end of each of `days`: month ends, or days of the running month (of past months
    only the last cut-off is kept)."""
    if not products:
        return {}
    by_id, members = {product.pk: product for product in products}, {product.member_id for product in products}
    found = [row for row in _found(members, days) if row.product in by_id]
    earlier = _cutoffs(members, {row.base for row in found if row.base and row.base < by_id[row.product].cutoff_on})
    known = {(row.product, row.day): _known(by_id[row.product], row, earlier) for row in found}
    return {key: value for key, value in known.items() if value is not None}


def _found(members: set[int], days: Sequence[dt.date]) -> list[_Found]:
    with connection.cursor() as cursor:
        cursor.execute(*known_sql(members, days))
        rows = cursor.fetchall()
    return [_Found(product, *map(_day, row[:3]), *map(_cents, row[3:])) for product, *row in rows]  # type: ignore[arg-type]


def known_sql(members: Collection[int], days: Sequence[dt.date]) -> tuple[str, list[Any]]:
    """The statement of `known_on` and its values."""
    asked = [connection.ops.adapt_datefield_value(day) for day in days]
    sql = KNOWN.format(days=", ".join([_day_parameter()] * len(days)), members=", ".join(["%s"] * len(members)))
    return sql, [*asked, *members]


def _cutoffs(members: Collection[int], days: Collection[dt.date]) -> dict[tuple[int, dt.date], Cutoff]:
    """The cut-offs of those days, by product id and day."""
    stored = Cutoff.objects.filter(product__member__in=members, day__in=days) if days else []
    return {(cutoff.product_id, cutoff.day): cutoff for cutoff in stored}


def _known(product: Product, row: _Found, earlier: dict[tuple[int, dt.date], Cutoff]) -> Known | None:
    known = _by_cutoff(product, row, row.base, earlier) if row.base else _by_ledger(product, row)
    if row.published is None:
        return known
    return Known(row.published, known.day if known else row.day, known.figures if known else None)


def _by_cutoff(product: Product, row: _Found, base: dt.date, earlier: dict[tuple[int, dt.date], Cutoff]) -> Known:
    figures = product if base >= product.cutoff_on else earlier[row.product, base]
    if row.ledger is None or row.moved_on is None or row.moved_on <= base:
        return Known(figures.balance, base, figures)
    before = product.ledger_opening if row.ledger_at_base is None else row.ledger_at_base
    return Known(figures.balance + row.ledger - (before or Decimal()), row.moved_on, figures)


def _by_ledger(product: Product, row: _Found) -> Known | None:
    """Before the first cut-off only movements tell; a ledger that begins in the middle tells nothing of earlier months."""
    if row.ledger is not None and row.moved_on is not None:
        return Known(row.ledger, row.moved_on)
    if product.ledger_from is None or product.ledger_opening is None:
        return None
    reaches_back = not product.ledger_opening or row.day >= Month.of(product.ledger_from).plus(-1).last_day
    return Known(product.ledger_opening, row.day) if reaches_back else None


def _day_parameter() -> str:
    return "(CAST(%s AS date))" if connection.vendor == "postgresql" else "(%s)"


def _day(value: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def _cents(value: Decimal | float | None) -> Decimal | None:
    return None if value is None else cents(value)


def existed_on(product: Product, day: dt.date) -> bool:
    """False if the files show that the product was opened after `day`: by its opening date, or a ledger that starts at zero
    before any cut-off."""
    if product.opened_on:
        return product.opened_on <= day or product.known_from <= day
    starts_at_zero = product.ledger_from is not None and product.ledger_opening == 0
    return product.known_from <= day or not (starts_at_zero and product.known_from == product.ledger_from)


@dataclass(frozen=True)
class Total:
    """A sum, and how many of the balances it should hold it does hold."""

    amount: Decimal
    counted: int
    of: int

    @property
    def is_whole(self) -> bool:
        return self.counted == self.of

    @property
    def is_known(self) -> bool:
        """Whether there is a figure at all; a sum of nothing is zero."""
        return self.counted > 0 or self.is_whole

    def label(self, name: str) -> str:
        """`name` for a whole total; a sum that leaves products out says so instead of passing for the total. Of nothing known
        there is no sum: `is_known` is False and the page says «sin dato»."""
        return name if self.is_whole or not self.counted else f"{name}: suma de {self.counted} de {self.of} productos"


def total_of(balances: Iterable[Decimal | None]) -> Total:
    """The sum of the known balances; None is an unknown one."""
    every = list(balances)
    known = [balance for balance in every if balance is not None]
    return Total(sum(known, Decimal()), len(known), len(every))


@dataclass(frozen=True)
class MonthEnd:
    """What the member had when a month ended (or has by the latest data, in the running month)."""

    month: Month
    total: Total


def month_ends(products: Iterable[Product], known: KnownOn, months: Iterable[Month]) -> list[MonthEnd]:
    """The owned products added up at the end of each month, from the first month in which one of them is known."""
    owned = [product for product in products if product.is_owned]
    ends = [MonthEnd(month, _owned_at(owned, known, month.last_day)) for month in months]
    return [end for end in ends if end.total.counted]


def _owned_at(owned: Iterable[Product], known: KnownOn, day: dt.date) -> Total:
    at = [(product, known.get((product.pk, day))) for product in owned]
    return total_of(found.balance if found else None for product, found in at if found or existed_on(product, day))


def months_of(products: Iterable[Product]) -> list[Month]:
    """Every month from the earliest data of the products to the latest, newest first."""
    spans = [(product.known_from, product.known_until) for product in products]
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    return months_between(Month.of(first), Month.of(last))[::-1]
