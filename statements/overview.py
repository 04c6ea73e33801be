"""Balances of a member's products by the latest data, and their totals: what the member has, owes and can withdraw. Pure."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from common.colombia.formats import en_serie, fecha_larga, pesos
from statements.models import Kind, Product
from statements.months import Month
from statements.past_balances import Known, KnownOn, months_of

REST = {Kind.CONTRIBUTIONS: "aportes", Kind.SAVINGS: "ahorros", Kind.TERM_DEPOSIT: "CDAT"}
NAMED = 2  # products with earlier data that are named; more of them are only counted
FRESH = dt.timedelta(days=4)  # a long weekend: with older data nobody can tell what may be withdrawn today


@dataclass(frozen=True)
class Holding:
    """A product as the page shows it."""

    product: Product
    name: str  # with its number, if the member has another product of that name
    balance: Decimal
    day: dt.date  # of the latest data that the balance comes from

    @property
    def is_at_sight(self) -> bool:
        """The file has no column for it: the cooperative's name of the product says it."""
        return self.product.kind == Kind.SAVINGS and "vista" in self.product.line.casefold()

    @property
    def is_open(self) -> bool:
        """Not a loan that is paid off."""
        return self.product.is_owned or bool(self.balance or self.product.arrears_amount or self.product.arrears_days)


def latest_day(products: Iterable[Product]) -> dt.date:
    """The day of the latest data of any product, the «Datos al» of the page and of the month's extract."""
    return max(product.known_until for product in products)


def holdings_of(products: Sequence[Product], known: KnownOn) -> list[Holding]:
    """`known` has the balances at `latest_day(products)`, or nothing if no product has movements after its cut-off."""
    names, day = names_of(products), latest_day(products)
    found = [(p, known[p.pk, day] if known else Known(p.balance, p.cutoff_on)) for p in products]
    return [Holding(product, names[product.pk], at.balance, at.day) for product, at in found]


def names_of(products: Iterable[Product]) -> dict[int, str]:
    """Each product's name by its id, with the number where two products would read alike."""
    every = list(products)
    times = Counter(product.name for product in every)
    return {product.pk: str(product) if times[product.name] > 1 else product.name for product in every}


@dataclass(frozen=True)
class Overview:
    """Totals of at least one product; none at all has no overview, only a sentence."""

    holdings: Sequence[Holding]
    today: dt.date  # in Bogotá

    @cached_property
    def cutoff(self) -> dt.date:
        return latest_day(holding.product for holding in self.holdings)

    @cached_property
    def own(self) -> list[Holding]:
        return [holding for holding in self.holdings if holding.product.is_owned]

    @cached_property
    def loans(self) -> list[Holding]:
        """Those not paid off."""
        return [holding for holding in self.holdings if not holding.product.is_owned and holding.is_open]

    @property
    def owned(self) -> Decimal:
        return sum((holding.balance for holding in self.own), Decimal())

    @property
    def owed(self) -> Decimal:
        return sum((loan.balance for loan in self.loans), Decimal())

    @property
    def months(self) -> list[Month]:
        """The months that have an extract, newest first."""
        return months_of(holding.product for holding in self.holdings)

    @property
    def owned_notes(self) -> list[str]:
        """What of it can be withdrawn, what the rest is, and what is overdrawn."""
        rest = [holding for holding in self.own if not holding.is_at_sight]
        return [*self._withdrawable(), *_rest(rest, len(self.own)), *map(_overdrawn, [h for h in self.own if h.balance < 0])]

    def _withdrawable(self) -> list[str]:
        at_sight = [holding for holding in self.own if holding.is_at_sight]
        amount = pesos(sum((max(holding.balance, Decimal()) for holding in at_sight), Decimal()))
        day = min((holding.day for holding in at_sight), default=self.today)
        can = "Puede retirar hoy" if self.today - day <= FRESH else f"Podía retirar el {fecha_larga(day)}"
        return [f"{can}: {amount} (ahorro a la vista)"] if at_sight else []

    @property
    def owed_notes(self) -> list[str]:
        count = len(self.loans)
        if not count:
            return ["No tiene créditos vigentes."]
        in_credit = [
            f"{loan.name}: tiene {pesos(-loan.balance)} a su favor, ya restados." for loan in self.loans if loan.balance < 0
        ]
        loans = "1 crédito" if count == 1 else f"{count} créditos"
        return [f"Falta de capital en {loans}. Los intereses y la mora van aparte.", *in_credit]

    @property
    def older_data(self) -> str:
        """A sentence on products that the newest file of products did not bring; empty if it brought all."""
        newest = max(holding.product.cutoff_on for holding in self.holdings)
        old = [holding for holding in self.holdings if holding.day < newest]
        if len(old) > NAMED:
            return f"{len(old)} productos tienen datos anteriores. Cada uno dice su fecha."
        return " ".join([f"{holding.name} tiene datos al {fecha_larga(holding.day)}." for holding in old])


def _rest(rest: Sequence[Holding], of: int) -> list[str]:
    kinds = [word for kind, word in REST.items() if any(holding.product.kind == kind for holding in rest)]
    if not rest or len(rest) == of:
        return [en_serie(kinds).capitalize()] if rest and of > 1 else []
    return [f"El resto: {en_serie(kinds).replace('ahorros', 'otros ahorros')}"]


def _overdrawn(holding: Holding) -> str:
    return f"{holding.name} está en contra: usted debe {pesos(-holding.balance)}, ya restados."
