"""Labels and texts of a product's card, by kind of product; a missing amount has no line. Pure functions."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.utils.safestring import SafeString

from common.colombia.formats import fecha_larga, pesos, porcentaje
from statements.html import facts_html
from statements.models import Kind, Product


class Line(NamedTuple):
    label: str
    field: str
    write: Callable[[Any], str] = str


NUMBER, BALANCE = Line("Número", "number"), Line("Saldo", "balance", pesos)
RATE, OPENED = Line("Tasa E.A.", "annual_rate", porcentaje), Line("Apertura", "opened_on", fecha_larga)
SAVINGS = [NUMBER, BALANCE, Line("Cuota", "instalment", pesos), RATE, OPENED, Line("Vencimiento", "matures_on", fecha_larga)]
LINES = {
    Kind.CONTRIBUTIONS: [NUMBER, BALANCE, Line("Cuota periódica", "instalment", pesos)],
    Kind.SAVINGS: SAVINGS,
    Kind.TERM_DEPOSIT: [*SAVINGS, Line("Valor inicial", "initial_amount", pesos)],
    Kind.LOAN: [
        NUMBER,
        Line("Valor inicial", "initial_amount", pesos),
        Line("Saldo a capital", "balance", pesos),
        Line("Valor de la cuota", "instalment", pesos),
        Line("Cuotas pendientes", "instalments_left"),
        RATE,
        Line("Próxima fecha de pago", "next_payment_on", fecha_larga),
        Line("Saldo en mora", "arrears_amount", pesos),
    ],
}
SILENT_AT_ZERO = {"instalment", "arrears_amount", "initial_amount"}


class Card(NamedTuple):
    """A product as the page prints it."""

    name: str
    number: str
    facts: SafeString  # labels and texts, and sentences on what the figures do not say


def card_of(product: Product, cutoff: dt.date) -> Card:
    """`cutoff` is the day that the page gives for all its data."""
    return Card(product.name, product.number, facts_html(facts_of(product), _notes(product, cutoff)))


def facts_of(product: Product) -> list[tuple[str, str]]:
    """Label and text of each line of the product's card."""
    lines = [(line, getattr(product, line.field)) for line in LINES[Kind(product.kind)]]
    return [(line.label, line.write(value)) for line, value in lines if _is_said(line, value)]


def _is_said(line: Line, value: Any) -> bool:
    return value is not None and not (value == 0 and line.field in SILENT_AT_ZERO)


def _notes(product: Product, cutoff: dt.date) -> Iterator[str]:
    if not product.agrees and product.ledger_on:
        until = fecha_larga(product.ledger_on)
        yield f"El saldo es al {fecha_larga(product.cutoff_on)}; los movimientos llegan hasta el {until}."
    elif product.cutoff_on != cutoff:
        yield f"Saldo al {fecha_larga(product.cutoff_on)}."
