"""HTML of the page's long lists; a template would take four times as long for fifty movements (docs/decisions/0048)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.colombia.formats import MINUS, MONTHS, NBSP, pesos
from statements.months import Month

MOVEMENT = "<li><div>{}<small>{}</small></div><b>{}<small>{}</small></b></li>"
MONTH = '<h3>{}</h3>\n<ul class="movs">\n{}\n</ul>'
FACT = "<div><dt>{}</dt><dd>{}</dd></div>"
MONTH_END = '<tr><th scope="row">{}</th><td class="valor">{}</td></tr>'
EXTRACT = '<li><a href="/estado-de-cuenta/extracto.pdf?mes={}">{}</a></li>'
# What an amount above or below zero does, in a product that the member has, and in a loan.
EFFECTS = {True: ("entró", "salió"), False: ("subió su deuda", "bajó su deuda")}  # by whether it is owned


def effect(is_owned: bool, amount: Decimal) -> str:
    """What a movement did, in words; nothing for an amount of zero."""
    up, down = EFFECTS[is_owned]
    return up if amount > 0 else down if amount < 0 else ""


def signed(is_owned: bool, amount: Decimal) -> str:
    """With its sign; of a loan without one, because a payment would look like a loss."""
    sign = (f"+{NBSP}" if amount > 0 else f"{MINUS}{NBSP}") if is_owned and amount else ""
    return f"{sign}{pesos(abs(amount))}"


def movements_html(movements: Iterable[Any], details: Mapping[int, tuple[bool, str]]) -> SafeString:
    """Movements under the headings of their months.

    `details`, by product id: whether the member owns the product, and its name; with an empty name the balance after each
    movement is written instead.
    """
    months = groupby(movements, key=lambda movement: (movement.day.year, movement.day.month))
    written = ((Month(*month).name.capitalize(), _rows(rows, details)) for month, rows in months)
    return format_html_join("\n", MONTH, written)


def _rows(movements: Iterable[Any], details: Mapping[int, tuple[bool, str]]) -> SafeString:
    return format_html_join("\n", MOVEMENT, (_row(movement, *details[movement.product_id]) for movement in movements))


def _row(movement: Any, is_owned: bool, name: str) -> tuple[str, ...]:
    where = f"{movement.day.day} de {MONTHS[movement.day.month - 1]} · {name or f'Saldo {pesos(movement.balance)}'}"
    return movement.concept, where, signed(is_owned, movement.amount), effect(is_owned, movement.amount)


def facts_html(facts: Iterable[tuple[str, str]]) -> SafeString:
    """Labels and texts of a card."""
    return format_html('<dl class="datos">{}</dl>', format_html_join("", FACT, facts))


def months_html(ends: Iterable[tuple[str, str]]) -> SafeString:
    """Months and amounts as the rows of a table."""
    return format_html_join("", MONTH_END, ends)


def extracts_html(months: Iterable[Month]) -> SafeString:
    """The way to each month's extract, as the lines of a list."""
    return format_html_join("", EXTRACT, ((month, month.name) for month in months))
