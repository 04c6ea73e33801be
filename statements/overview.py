"""Totals of a member's products: savings, debts and next payments. Pure functions."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from statements.cards import Card, card_of
from statements.models import Kind, Product
from statements.months import Month
from statements.past_balances import months_of

OWNED = {"Aportes sociales": [Kind.CONTRIBUTIONS], "Ahorros": [Kind.SAVINGS, Kind.TERM_DEPOSIT]}


@dataclass(frozen=True)
class Payment:
    amount: Decimal
    day: dt.date


@dataclass(frozen=True)
class Arrears:
    amount: Decimal
    days: int  # of the oldest instalment that was not paid


@dataclass(frozen=True)
class Overview:
    """At least one product; none at all has no overview, only a sentence."""

    products: Sequence[Product]

    @cached_property
    def cutoff(self) -> dt.date:
        """The day of the latest data; a product with older data says so itself."""
        return max(product.cutoff_on for product in self.products)

    @property
    def owned(self) -> Decimal:
        return sum((product.balance for product in self.products if product.is_owned), Decimal())

    @property
    def owed(self) -> Decimal:
        return sum((loan.balance for loan in self.loans), Decimal())

    @property
    def groups(self) -> list[tuple[str, list[Card]]]:
        """The cards under their headings; that of the loans is there without any, too."""
        groups = {name: [card_of(p, self.cutoff) for p in self.products if p.kind in kinds] for name, kinds in OWNED.items()}
        return [pair for pair in groups.items() if pair[1]] + [("Créditos", [card_of(p, self.cutoff) for p in self.loans])]

    @cached_property
    def loans(self) -> list[Product]:
        """Those not paid off."""
        return [p for p in self.products if p.kind == Kind.LOAN and (p.balance or p.arrears_amount)]

    @property
    def next_payment(self) -> Payment | None:
        """All loan instalments of the earliest day."""
        due = [(p.next_payment_on, p.instalment) for p in self.loans if p.next_payment_on and p.instalment]
        if not due:
            return None
        first = min(day for day, _ in due)
        return Payment(sum((amount for day, amount in due if day == first), Decimal()), first)

    @property
    def arrears(self) -> Arrears | None:
        late = [loan for loan in self.loans if loan.arrears_amount]
        if not late:
            return None
        return Arrears(sum((loan.arrears_amount for loan in late), Decimal()), max(loan.arrears_days or 0 for loan in late))

    @property
    def months(self) -> list[Month]:
        """The months that have an extract, newest first."""
        return months_of(self.products)
