"""HTML of the page's long lists: a template would take ten times as long for fifty rows, most of the page's time.

What stands in a file, concepts and names, is escaped here, each text once; days and amounts are written by us.
`format_html_join` would do the same at five times the price: it asks each value whether it is safe already.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from common.colombia.formats import fecha_corta, pesos
from statements.months import Month

# The roles are what these elements mean anyway: the style sheet lays the rows out anew on phones, and a browser then
# forgets that they are a table.
CELL = '<td role="cell" class="{}">'
ROW = f'<tr role="row">{CELL.format("fecha")}{{}}</td>{CELL.format("concepto")}{{}}</td>{CELL.format("valor")}{{}}</td></tr>'
OF_ALL = ROW.format("{}", "{}<small>{}</small>", "{}")
OF_ONE = ROW.format("{}", "{}", "{}<small>Saldo {}</small>")
FACT = "<div><dt>{}</dt><dd>{}</dd></div>"
MONTH = '<tr><th scope="row">{}</th><td class="valor">{}</td></tr>'
EXTRACT = '<li><a href="/estado-de-cuenta/extracto.pdf?mes={}">{}</a></li>'


def rows_of_all(movements: Iterable[Any], names: Mapping[int, str]) -> SafeString:
    """Movements of several products, each with its product's name."""
    named = {pk: escape(name) for pk, name in names.items()}
    write = OF_ALL.format
    rows = [write(fecha_corta(m.day), escape(m.concept), named[m.product_id], pesos(m.amount)) for m in movements]
    return mark_safe("\n".join(rows))  # noqa: S308  each text escaped above


def rows_of_one(movements: Iterable[Any]) -> SafeString:
    """Movements of one product, each with the balance after it."""
    write = OF_ONE.format
    rows = [write(fecha_corta(m.day), escape(m.concept), pesos(m.amount), pesos(m.balance)) for m in movements]
    return mark_safe("\n".join(rows))  # noqa: S308  each text escaped above


def facts_html(facts: Iterable[tuple[str, str]], notes: Iterable[str]) -> SafeString:
    """What a card says: labels and texts, then sentences on what the figures do not say."""
    lines = "".join([FACT.format(escape(label), escape(text)) for label, text in facts])
    said = "".join([f"<p>{escape(note)}</p>" for note in notes])
    return mark_safe(f'<dl class="datos">{lines}</dl>{said}')  # noqa: S308  each text escaped above


def rows_of_months(ends: Iterable[tuple[str, str]]) -> SafeString:
    """Months and amounts as the rows of a table; both are written by us."""
    return mark_safe("".join([MONTH.format(*end) for end in ends]))  # noqa: S308  no text of anybody else


def extracts_html(months: Iterable[Month]) -> SafeString:
    """The way to each month's extract, as the lines of a list."""
    return mark_safe("".join([EXTRACT.format(month, month.name) for month in months]))  # noqa: S308  no text of anybody else
