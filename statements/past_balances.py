"""Balances of a member's products on past days: one index look-up per product and day.

One statement whatever the number of movements; the ORM would need a subquery a day, slow to put together.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection

from statements.models import Product
from statements.months import Month
from statements.movements import cents

if TYPE_CHECKING:
    from accounts.models import Member

BALANCES = """
WITH limits(day) AS (VALUES {days})
SELECT product.id, limits.day, (
    SELECT movement.balance FROM statements_movement movement
    WHERE movement.product_id = product.id AND movement.day < limits.day
    ORDER BY movement.day DESC, movement.id DESC LIMIT 1)
FROM statements_product product CROSS JOIN limits
WHERE product.member_id = %s
"""

Balances = dict[tuple[int, dt.date], Decimal]


def balances_before(member: "Member", days: Sequence[dt.date]) -> Balances:
    """The balance that each product of `member` had when each of `days` began, by product id and day; those
    without an earlier movement are left out."""
    asked = [connection.ops.adapt_datefield_value(day) for day in days]
    sql = BALANCES.format(days=", ".join([_day_parameter()] * len(days)))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*asked, member.pk])
        return {(product, _day(day)): cents(value) for product, day, value in cursor.fetchall() if value is not None}


def _day_parameter() -> str:
    return "(CAST(%s AS date))" if connection.vendor == "postgresql" else "(%s)"


def _day(value: dt.date | str) -> dt.date:
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


@dataclass(frozen=True)
class MonthEnd:
    """What the member had when a month ended (or at the cut-off, in the running month)."""

    month: Month
    total: Decimal


def balance_at(product: Product, day: dt.date, balances: Balances) -> Decimal | None:
    """The product's balance when `day` began; None when its movements do not reach back that far."""
    known = balances.get((product.pk, day))
    if known is not None or product.ledger_from is None:
        return known
    reaches_back = not product.ledger_opening or day >= Month.of(product.ledger_from).first_day
    return product.ledger_opening if reaches_back else None


def month_ends(products: Sequence[Product], balances: Balances, months: Sequence[Month]) -> list[MonthEnd]:
    """Owned products added up at the end of each month, from the first month in which all of them are known."""
    owned = [product for product in products if product.is_owned and product.ledger_from]
    ends: list[MonthEnd] = []
    for month in months:
        worth = [balance_at(product, month.next.first_day, balances) for product in owned]
        known = [balance for balance in worth if balance is not None]
        if len(known) < len(owned):
            ends.clear()
        elif owned:
            ends.append(MonthEnd(month, sum(known, Decimal())))
    return ends
