"""What the page says of one product: the line under its name, and facts on demand. Pure functions."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from common.colombia.formats import NBSP, fecha_cercana, fecha_larga, pesos, porcentaje
from statements.models import Kind
from statements.overview import Holding, Overview
from statements.to_pay import is_overdue, overdue_instalments


class Line(NamedTuple):
    label: str
    field: str
    write: Callable[[Any], str] = str


LINES = (
    Line("Número", "number"),
    Line("Valor de la cuota", "instalment", pesos),
    Line("Cuotas que faltan", "instalments_left"),
    Line("Interés al año (E. A.)", "annual_rate", porcentaje),
    Line("Valor inicial", "initial_amount", pesos),
    Line("Apertura", "opened_on", fecha_larga),
    Line("Vencimiento", "matures_on", fecha_larga),
    Line("Próximo pago", "next_payment_on", fecha_larga),
    Line("Valor vencido", "arrears_amount", pesos),
)
SILENT_AT_ZERO = {"instalment", "arrears_amount", "initial_amount"}


class Card(NamedTuple):
    """A product as the page prints it."""

    name: str
    number: str
    balance: str
    hint: str  # what matters most, in a few words
    facts: list[tuple[str, str]]
    notes: list[str]  # sentences on what the figures do not say
    paid: int | None  # percent of the initial amount of a loan, rounded down
    paid_text: str


def card_of(holding: Holding, overview: Overview) -> Card:
    product = holding.product
    paid = _paid(holding)
    percent = None if paid is None else int(paid * 100 / product.initial_amount)
    return Card(
        name=holding.name,
        number=product.number,
        balance=pesos(holding.balance) if product.is_owned else f"debe {pesos(holding.balance)}",
        hint=" · ".join(_hints(holding, overview)),
        facts=list(_facts(holding, overview)),
        notes=list(_notes(holding)),
        paid=percent,
        paid_text=f"Ha pagado {pesos(paid or 0)} de {pesos(product.initial_amount or 0)} de capital: {percent}{NBSP}%.",
    )


def _paid(holding: Holding) -> Decimal | None:
    """Of a loan's capital; None where initial amount and balance do not say it."""
    initial = holding.product.initial_amount
    if holding.product.is_owned or not initial or not 0 <= holding.balance <= initial:
        return None
    return initial - holding.balance


def _hints(holding: Holding, overview: Overview) -> Iterator[str]:
    product = holding.product
    if holding.balance < 0:
        yield "En contra: usted debe este valor" if product.is_owned else "A su favor"
    if product.kind == Kind.LOAN:
        yield from _loan_hints(holding)
    elif not holding.balance:
        yield "Sin saldo"
    elif product.instalment:
        yield f"Cuota de {pesos(product.instalment)}"
    if product.is_owned and is_overdue(product):
        yield "Vencida"
    if product.kind == Kind.TERM_DEPOSIT and product.matures_on:
        verb = "Vence" if product.matures_on >= overview.today else "Venció"
        yield f"{verb} el {fecha_cercana(product.matures_on, overview.today)}"
    if holding.day < overview.cutoff and product.cutoff_on < max(h.product.cutoff_on for h in overview.holdings):
        yield f"Dato al {fecha_larga(holding.day)}"


def _loan_hints(holding: Holding) -> Iterator[str]:
    product = holding.product
    if not holding.is_open:
        yield "Pagado"
        return
    if product.instalments_left:
        yield "Falta 1 cuota" if product.instalments_left == 1 else f"Faltan {product.instalments_left} cuotas"
    if is_overdue(product):
        count = overdue_instalments(product)
        yield "Con saldo vencido" if count is None else "1 vencida" if count == 1 else f"{count} vencidas"


def _facts(holding: Holding, overview: Overview) -> Iterator[tuple[str, str]]:
    for line in LINES:
        value = getattr(holding.product, line.field)
        is_silent = value is None or (value == 0 and line.field in SILENT_AT_ZERO)
        if not is_silent and not (line.field == "next_payment_on" and value < overview.cutoff):
            yield line.label, line.write(value)


def _notes(holding: Holding) -> Iterator[str]:
    product = holding.product
    if product.ledger_on is None:
        yield "Sin detalle de sus movimientos."
    elif not product.agrees and product.ledger_on < product.cutoff_on:
        until = fecha_larga(product.ledger_on)
        yield f"El saldo es al {fecha_larga(product.cutoff_on)}. Los movimientos llegan hasta el {until}."
