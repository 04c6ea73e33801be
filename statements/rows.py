"""The long lists of the page as HTML: a template would take five times as long for fifty rows, most of the page's cost.

`format_html_join` escapes every text that it puts in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from accounts.es_co import fecha_corta, pesos

# The roles are what these elements mean anyway: the style sheet lays the rows out anew on phones, and a browser then
# forgets that they are a table.
CELL = '<td role="cell" class="{}">'
ROW = f'<tr role="row">{CELL.format("fecha")}{{}}</td>{CELL.format("concepto")}{{}}</td>{CELL.format("valor")}{{}}</td></tr>'
OF_ALL = ROW.format("{}", "{}<small>{}</small>", "{}")
OF_ONE = ROW.format("{}", "{}", "{}<small>Saldo {}</small>")
FACT = "<div><dt>{}</dt><dd>{}</dd></div>"


def rows_of_all(movements: Iterable[Any], names: Mapping[int, str]) -> SafeString:
    """Movements of several products, each with its product's name."""
    return format_html_join(
        "\n", OF_ALL, ((fecha_corta(m.day), m.concept, names[m.product_id], pesos(m.amount)) for m in movements)
    )


def rows_of_one(movements: Iterable[Any]) -> SafeString:
    """Movements of one product, each with the balance after it."""
    return format_html_join(
        "\n", OF_ONE, ((fecha_corta(m.day), m.concept, pesos(m.amount), pesos(m.balance)) for m in movements)
    )


def facts_html(facts: Iterable[tuple[str, str]]) -> SafeString:
    """Labels and texts as the lines of a `<dl>`."""
    return format_html_join("", FACT, facts)
