"""How what the member has changed in a year: one sentence, four bars, twelve months. Pure functions.

Only days on which every product that the member had then is known are compared or listed; the others are named.
"""

import datetime as dt
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from common.colombia.formats import en_serie, mes_largo, pesos
from statements.models import Product
from statements.months import Month
from statements.overview import Overview
from statements.past_balances import KnownOn, MonthEnd, Total, existed_on, month_ends, total_of

AGO = {3: "hace 3 meses", 6: "hace 6 meses", 12: "hace un año"}
LISTED = 12  # months of the table
NAMED = 3  # products that are named one by one


@dataclass(frozen=True)
class Bar:
    day: dt.date
    amount: Decimal
    width: int  # 0 to 100, of the highest


@dataclass(frozen=True)
class Growth:
    sentence: str
    notes: Sequence[str]
    bars: Sequence[Bar]  # newest first
    months: Sequence[MonthEnd]  # newest first


def days_of(cutoff: dt.date) -> list[dt.date]:
    """The days whose balances `growth_of` needs."""
    last = Month.of(cutoff)
    return sorted(
        {cutoff, *(months_before(cutoff, ago) for ago in AGO), *(last.plus(-back).last_day for back in range(LISTED))}
    )


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day `months` earlier, or the last one of a shorter month."""
    month = Month.of(day).plus(-months)
    return month.first_day.replace(day=min(day.day, monthrange(month.year, month.number)[1]))


def growth_of(overview: Overview, known: KnownOn) -> Growth | None:
    """None without two days to compare and without a product to name."""
    cutoff, own = overview.cutoff, [holding.product for holding in overview.own]
    totals = {ago: total_at(own, known, months_before(cutoff, ago)) for ago in AGO}
    whole = {ago: total.amount for ago, total in totals.items() if total.counted and total.is_whole}
    unknown = [] if len(whole) == len(AGO) else _without_history(own, known, cutoff)
    if not whole and not unknown:
        return None
    sentence, notes = _compared(overview, *list(whole.items())[-1]) if whole else ("", [])
    bars = _bars([(cutoff, overview.owned), *((months_before(cutoff, ago), amount) for ago, amount in whole.items())])
    return Growth(sentence, [*notes, *(_named(unknown) if unknown else [])], bars if whole else [], _months(own, known, cutoff))


def total_at(own: Sequence[Product], known: KnownOn, day: dt.date) -> Total:
    """Of the products that the member had on `day`."""
    found = [(product, known.get((product.pk, day))) for product in own]
    return total_of(at.balance if at else None for product, at in found if at or existed_on(product, day))


def _compared(overview: Overview, ago: int, then: Decimal) -> tuple[str, list[str]]:
    more, since = overview.owned - then, months_before(overview.cutoff, ago)
    if not more:
        return f"Tiene lo mismo que {AGO[ago]}.", []
    new = [holding for holding in overview.own if holding.balance and not existed_on(holding.product, since)]
    amount = pesos(sum((holding.balance for holding in new), Decimal()))
    notes = [f"De lo que tiene, {amount} está en lo que abrió después: {en_serie([h.name for h in new])}."] if new else []
    return f"Tiene {pesos(abs(more))} {'más' if more > 0 else 'menos'} que {AGO[ago]}.", notes


def _without_history(own: Sequence[Product], known: KnownOn, cutoff: dt.date) -> list[Product]:
    days = [months_before(cutoff, ago) for ago in AGO]
    return [p for p in own if any((p.pk, day) not in known and existed_on(p, day) for day in days)]


def _named(unknown: Sequence[Product]) -> list[str]:
    names = en_serie([product.name for product in unknown]) if len(unknown) <= NAMED else f"{len(unknown)} productos"
    return [f"De {names} faltan datos de meses anteriores: esos meses no se comparan."]


def _bars(points: Sequence[tuple[dt.date, Decimal]]) -> list[Bar]:
    highest = max([*(amount for _, amount in points), Decimal(1)])
    return [Bar(day, amount, round(max(amount, Decimal()) * 100 / highest)) for day, amount in points]


def _months(own: Sequence[Product], known: KnownOn, cutoff: dt.date) -> list[MonthEnd]:
    months = [Month.of(cutoff).plus(-back) for back in range(LISTED)]
    ends = [end for end in month_ends(own, known, months) if end.total.is_whole]
    return ends if len(ends) > 1 else []


def month_rows(growth: Growth) -> list[tuple[str, str]]:
    """Month and amount as the table prints them."""
    return [(mes_largo(end.month.first_day), pesos(end.total.amount)) for end in growth.months]
