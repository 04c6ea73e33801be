"""The sentences on what must be paid, each true in every state of the products. Pure functions."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from common.colombia.formats import en_serie, fecha_cercana, pesos
from statements.models import Product
from statements.months import Month
from statements.overview import Holding
from statements.to_pay import EXACT, Due, ToPay, overdue_instalments


@dataclass(frozen=True)
class Overdue:
    """One product in arrears: «Tiene 3 cuotas vencidas» «del crédito de vivienda», and sentences."""

    count: str
    of: str
    amount: str  # empty if the files do not have it
    notes: Sequence[str]


@dataclass(frozen=True)
class Next:
    """«Su próximo pago: $ 85.000,00 el 5 de noviembre», and sentences."""

    amount: str
    day: str
    notes: Sequence[str]


@dataclass(frozen=True)
class Texts:
    overdue: Sequence[Overdue]
    total: str  # of several products in arrears
    next: Next | None
    notes: Sequence[str]
    undated: str


def texts_of(pay: ToPay) -> Texts:
    overdue = [_overdue(pay, holding) for holding in pay.overdue]
    total = pesos(pay.overdue_total) if len(overdue) > 1 and pay.overdue_total else ""
    undated = f"Sin fecha en estos datos: {_names(pay.undated)}." if pay.undated else ""
    return Texts(overdue, total, _next(pay) if pay.next_month else None, list(_notes(pay)), undated)


def _overdue(pay: ToPay, holding: Holding) -> Overdue:
    amount = holding.product.arrears_amount
    return Overdue(
        _count(holding.product),
        of_product(holding),
        pesos(amount) if amount else "",
        [*_since(pay, holding), *([] if amount else ["Estos datos no dicen cuánto."]), *_afterwards(pay, holding)],
    )


def _count(product: Product) -> str:
    instalments = overdue_instalments(product)
    if instalments is None:
        return "Tiene un saldo vencido"
    if instalments == 1 and (product.arrears_amount or 0) < (product.instalment or 0) * (1 - EXACT):
        return "Tiene vencida una parte de 1 cuota"
    return "Tiene 1 cuota vencida" if instalments == 1 else f"Tiene {instalments} cuotas vencidas"


def of_product(holding: Holding) -> str:
    """«del Crédito de vivienda», «del crédito Vivienda», «de Aportes sociales»."""
    return f"{'de' if holding.product.is_owned else 'del'} {_name(holding)}"


def _name(holding: Holding) -> str:
    """The product's name; before the name of a loan that does not say so, «crédito»."""
    says_it = holding.product.is_owned or holding.name.casefold().startswith(("crédito", "credito"))
    return holding.name if says_it else f"crédito {holding.name}"


def _since(pay: ToPay, holding: Holding) -> Iterator[str]:
    days, on = holding.product.arrears_days, holding.product.cutoff_on
    if not days:
        return
    said = f"{days} {'día' if days == 1 else 'días'} de mora, desde el {_day(pay, on - dt.timedelta(days=days))}."
    yield f"Lleva {said}" if on == pay.overview.cutoff else f"Al {_day(pay, on)} llevaba {said}"


def _afterwards(pay: ToPay, holding: Holding) -> Iterator[str]:
    if day := pay.next_payment_on(holding):
        verb = "paga" if day >= pay.overview.today else "debía pagar"
        yield f"Después, el {_day(pay, day)}, {verb} otra cuota de {pesos(holding.product.instalment or 0)}."


def _next(pay: ToPay) -> Next:
    first, *others = pay.next_month
    names = _names(first.of)
    notes = [f"{names[:1].upper()}{names[1:]}."]
    notes += [f"Luego, el {_day(pay, due.day)}: {pesos(due.amount)} de {_names(due.of)}." for due in others]
    if others:
        total = pesos(sum(due.amount for due in pay.next_month))
        notes.append(f"En {Month.of(first.day).name.split()[0]} suman {total}.")
    return Next(pesos(first.amount), _day(pay, first.day), notes)


def _notes(pay: ToPay) -> Iterator[str]:
    yield from map(lambda due: _passed(pay, due), pay.passed)
    if pay.is_up_to_date and not pay.passed:
        yield "Su crédito está al día." if len(pay.overview.loans) == 1 else "Sus créditos están al día."
    if pay.is_nothing:
        yield "No tiene pagos pendientes en estos datos."


def _passed(pay: ToPay, due: Due) -> str:
    said = f"El {_day(pay, due.day)} debía pagar {pesos(due.amount)} de {_names(due.of)}."
    return f"{said} Si ya pagó, lo verá con los próximos datos."


def _names(holdings: Sequence[Holding]) -> str:
    return en_serie([_name(holding) for holding in holdings])


def _day(pay: ToPay, day: dt.date) -> str:
    return fecha_cercana(day, pay.overview.today)
