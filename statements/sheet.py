"""Movements as a spreadsheet in Spanish opens them: semicolons, decimal commas, a mark for UTF-8.

The columns have the names of the import, so that the file can be read by a program too.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from accounts.es_co import fecha_corta

COLUMNS = ("numero", "producto", "fecha", "referencia", "concepto", "valor", "saldo")
UTF8_MARK = "\ufeff"
# What a spreadsheet takes for the beginning of a formula, also after white space.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


class _Line:
    """The csv module writes into this, and gets the line back."""

    def write(self, line: str) -> str:
        return line


def lines_of(movements: Iterable[Any], names: dict[int, tuple[str, str]]) -> Iterator[str]:
    """The file line by line; `names` has number and name of each product by its id."""
    write = csv.writer(_Line(), delimiter=";").writerow
    yield UTF8_MARK + write(COLUMNS)
    for movement in movements:
        number, name = names[movement.product_id]
        texts = (number, name, fecha_corta(movement.day), movement.reference, movement.concept)
        yield write([*map(as_text, texts), figure(movement.amount), figure(movement.balance)])


def as_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip().startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS) else text


def figure(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")
