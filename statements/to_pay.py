"""What must be paid: overdue instalments, the next payments, the instalments of each month. Pure functions.

A date before the cut-off is no next payment, and a figure that the files do not have is not counted as zero.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import ceil, floor

from statements.models import Kind, Product
from statements.months import Month
from statements.overview import Holding, Overview
from statements.past_balances import Total, total_of

EXACT = Decimal("0.01")  # of an instalment: so near to a whole number, the amount alone says how many are overdue
SHORTEST, LONGEST = 28, 31  # days of a month
PARTS = {Kind.LOAN: "Créditos", Kind.SAVINGS: "Ahorros", Kind.TERM_DEPOSIT: "CDAT", Kind.CONTRIBUTIONS: "Aportes"}


@dataclass(frozen=True)
class Due:
    """What falls due on one day, of all products."""

    day: dt.date
    of: Sequence[Holding]

    @property
    def amount(self) -> Decimal:
        return sum((holding.product.instalment or Decimal() for holding in self.of), Decimal())


@dataclass(frozen=True)
class ToPay:
    overview: Overview

    @cached_property
    def overdue(self) -> list[Holding]:
        return [holding for holding in self.overview.holdings if is_overdue(holding.product)]

    @property
    def overdue_total(self) -> Decimal | None:
        """None if the amount of one of them is unknown."""
        total = total_of(holding.product.arrears_amount or None for holding in self.overdue)
        return total.amount if total.is_whole else None

    @cached_property
    def dated(self) -> list[Due]:
        """The payments of products without arrears on or after the cut-off, by day."""
        dues: dict[dt.date, list[Holding]] = {}
        for holding in self._paying:
            if day := self.next_payment_on(holding):
                dues.setdefault(day, []).append(holding)
        return [Due(day, dues[day]) for day in sorted(dues)]

    @property
    def passed(self) -> list[Due]:
        """Due after the data ends and before today: nobody can tell whether they were paid."""
        return [due for due in self.dated if due.day < self.overview.today]

    @property
    def next_month(self) -> list[Due]:
        """The next payment, and all others of its month."""
        coming = [due for due in self.dated if due.day >= self.overview.today]
        return [due for due in coming if Month.of(due.day) == Month.of(coming[0].day)]

    @cached_property
    def undated(self) -> list[Holding]:
        """Those that pay, without arrears, and the files do not say when, or how much."""
        dated = {id(holding) for due in self.dated for holding in due.of}
        return [holding for holding in self._paying if id(holding) not in dated]

    @property
    def is_nothing(self) -> bool:
        return not (self.overdue or self.dated or self.undated)

    @property
    def is_up_to_date(self) -> bool:
        """The files say of each loan that nothing is overdue."""
        loans = self.overview.loans
        return bool(loans) and not self.overdue and all(loan.product.arrears_amount is not None for loan in loans)

    @property
    def monthly(self) -> Total:
        """The instalments of a month; an open loan without one is unknown."""
        return total_of(holding.product.instalment or None for holding in self._monthly)

    @property
    def parts(self) -> list[tuple[str, Decimal]]:
        """The instalments of a month by kind of product."""
        amounts: dict[str, Decimal] = {}
        for kind, word in PARTS.items():
            for holding in self._monthly:
                if holding.product.kind == kind and holding.product.instalment:
                    amounts[word] = amounts.get(word, Decimal()) + holding.product.instalment
        return list(amounts.items())

    def next_payment_on(self, holding: Holding) -> dt.date | None:
        """The day of the next instalment, if the files have day and amount and it is not before the cut-off."""
        day = holding.product.next_payment_on
        return day if day and holding.product.instalment and day >= self.overview.cutoff else None

    @property
    def _monthly(self) -> list[Holding]:
        every = [holding for holding in self.overview.holdings if holding.is_open]
        return [holding for holding in every if holding.product.instalment or holding.product.kind == Kind.LOAN]

    @property
    def _paying(self) -> list[Holding]:
        return [holding for holding in self._monthly if not is_overdue(holding.product)]


def is_overdue(product: Product) -> bool:
    """By the amount; by the days if the files do not give an amount."""
    return bool(product.arrears_days) if product.arrears_amount is None else product.arrears_amount > 0


def overdue_instalments(product: Product) -> int | None:
    """How many instalments are overdue; None if amount and days of arrears do not say it.

    An amount of almost exactly n instalments is n. Otherwise, with interest on arrears or a part paid, the days must agree: the
    oldest of n monthly instalments is at least n - 1 months old and less than n months.
    """
    if not product.arrears_amount or not product.instalment:
        return None
    share = product.arrears_amount / product.instalment
    nearest = round(share)
    if nearest and abs(share - nearest) <= EXACT:
        return nearest
    if product.arrears_days is None:
        return None
    by_days = range(product.arrears_days // LONGEST + 1, product.arrears_days // SHORTEST + 2)
    both = {floor(share), ceil(share)} & set(by_days)
    return both.pop() if len(both) == 1 else None
