"""The data of a member's monthly PDF, without its layout. Pure functions and plain data (docs/decisions/0047)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from statements.models import Kind, Product
from statements.months import Month
from statements.past_balances import Known, Total, existed_on, total_of

if TYPE_CHECKING:
    from accounts.models import Member


class Line(NamedTuple):
    """One movement."""

    day: dt.date
    concept: str
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Account:
    """One product in one month; opening + received - spent + other = closing. None is unknown, never zero."""

    name: str
    number: str
    kind: str
    opening: Decimal | None
    closing: Decimal | None
    day: dt.date | None  # of the latest data that `closing` comes from
    has_ledger: bool  # False: no file brought movements, so their absence says nothing
    movements: Sequence[Line] = ()
    figures_on: dt.date | None = None  # the cut-off of the figures below
    instalment: Decimal | None = None
    annual_rate: Decimal | None = None
    next_payment_on: dt.date | None = None
    arrears_amount: Decimal | None = None
    arrears_days: int | None = None

    @property
    def is_owned(self) -> bool:
        return self.kind != Kind.LOAN

    @property
    def place(self) -> tuple[int, str, str]:
        """The order of `Product.place`."""
        return Kind.values.index(self.kind), self.name, self.number

    @property
    def is_open(self) -> bool:
        """Nothing is known of the month, or only what the first movement after it says."""
        return self.closing is None or (self.has_ledger and self.opening is None)

    @property
    def received(self) -> Decimal:
        return sum((line.amount for line in self.movements if line.amount > 0), Decimal())

    @property
    def spent(self) -> Decimal:
        return -sum((line.amount for line in self.movements if line.amount < 0), Decimal())

    @property
    def other(self) -> Decimal:
        """What changed without a movement in the month; also what reached the portal after an earlier extract was made."""
        if self.opening is None or self.closing is None:
            return Decimal()
        return self.closing - self.opening - self.received + self.spent


@dataclass(frozen=True)
class Extract:
    member: "Member"
    month: Month
    cutoff: dt.date  # the last day that the data reach
    accounts: Sequence[Account]
    is_final: bool  # it does not change any more

    @property
    def owned(self) -> Total:
        return total_of(account.closing for account in self.accounts if account.is_owned)

    @property
    def owed(self) -> Total:
        return total_of(account.closing for account in self.accounts if not account.is_owned)

    @property
    def overdue(self) -> Decimal:
        return sum((account.arrears_amount or Decimal() for account in self.accounts), Decimal())


class Figures(NamedTuple):
    """What is read of one product for one month."""

    product: Product
    opening: Decimal | None
    closing: Known | None
    movements: Sequence[Line]


def account_of(read: Figures) -> Account:
    product, known = read.product, read.closing
    figures = known.figures if known else None
    return Account(
        name=product.name,
        number=product.number,
        kind=product.kind,
        opening=read.opening,
        closing=known.balance if known else None,
        day=known.day if known else None,
        has_ledger=product.ledger_from is not None,
        movements=read.movements,
        figures_on=known.figures_on if known else None,
        instalment=figures.instalment if figures else None,
        annual_rate=figures.annual_rate if figures else None,
        next_payment_on=figures.next_payment_on if figures else None,
        arrears_amount=figures.arrears_amount if figures else None,
        arrears_days=figures.arrears_days if figures else None,
    )


def extract_from(member: "Member", month: Month, read: Sequence[Figures], today: dt.date) -> Extract:
    """The month of a member from all that was read of the products; `today` in Bogotá."""
    listed = [figures for figures in read if _belongs(figures, month)]
    accounts = [account_of(figures) for figures in listed]
    until = max(figures.product.known_until for figures in read)
    return Extract(member, month, min(month.last_day, until), accounts, _is_final(month, read, listed, accounts, today))


def _belongs(figures: Figures, month: Month) -> bool:
    """Not opened later, and not closed with nothing left before the month began."""
    if not existed_on(figures.product, month.last_day):
        return False
    known = figures.closing
    is_closed = known and not known.balance and not figures.opening and known.day < month.first_day
    return not is_closed or bool(figures.movements or (known and known.figures and known.figures.arrears_amount))


def _is_final(
    month: Month, read: Sequence[Figures], listed: Sequence[Figures], accounts: Sequence[Account], today: dt.date
) -> bool:
    """Whether no file that is on time can change the month: it is over, a cut-off covers it, nothing is unknown, and each
    product has data of its own in it that its movements add up to. A month later the last condition is waived."""
    newest = max(figures.product.cutoff_on for figures in read)
    if month.last_day >= min(today, newest + dt.timedelta(days=1)) or any(account.is_open for account in accounts):
        return False
    settled = all(_is_settled(month, figures.product, account) for figures, account in zip(listed, accounts, strict=True))
    return settled or newest >= month.next.last_day


def _is_settled(month: Month, product: Product, account: Account) -> bool:
    if account.day is None or account.day < month.first_day:
        return False
    return not account.other or product.ledger_on is None or product.ledger_on > month.last_day
