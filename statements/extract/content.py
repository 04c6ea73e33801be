"""The data of a member's monthly PDF, without its layout."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from statements.models import Movement, Product
from statements.months import Month
from statements.overview import Overview
from statements.past_balances import balance_at, balances_before

if TYPE_CHECKING:
    from accounts.models import Member


@dataclass(frozen=True)
class Account:
    """One product in one month; opening + received - spent = closing."""

    product: Product
    opening: Decimal
    closing: Decimal
    movements: Sequence[Movement]

    @property
    def received(self) -> Decimal:
        return sum((m.amount for m in self.movements if m.amount > 0), Decimal())

    @property
    def spent(self) -> Decimal:
        return -sum((m.amount for m in self.movements if m.amount < 0), Decimal())


@dataclass(frozen=True)
class Extract:
    member: "Member"
    month: Month
    cutoff: dt.date
    accounts: Sequence[Account]

    @property
    def owned(self) -> Decimal:
        return sum((a.closing for a in self.accounts if a.product.is_owned), Decimal())

    @property
    def owed(self) -> Decimal:
        return sum((a.closing for a in self.accounts if not a.product.is_owned), Decimal())


def extract_of(member: "Member", month: Month, products: Sequence[Product]) -> Extract:
    """`month` in three statements, of a member and all of his products; `month` is one of their overview's."""
    first, after = month.first_day, month.next.first_day
    balances = balances_before(member, [first, after])
    by_product = _movements_by_product(member, month)
    accounts = []
    for product in products:
        opening, closing = balance_at(product, first, balances), balance_at(product, after, balances)
        if opening is not None and closing is not None:
            accounts.append(Account(product, opening, closing, by_product[product.pk]))
        elif product.ledger_from is None and Month.of(product.cutoff_on) == month:
            accounts.append(Account(product, product.balance, product.balance, []))
    return Extract(member, month, min(month.last_day, Overview(products).cutoff), accounts)


def _movements_by_product(member: "Member", month: Month) -> dict[int, list[Movement]]:
    grouped = defaultdict(list)
    for movement in Movement.objects.for_member(member).in_period(month.first_day, month.last_day).oldest_first():
        grouped[movement.product_id].append(movement)
    return grouped
