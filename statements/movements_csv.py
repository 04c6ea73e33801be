"""CSV of movements for a Spanish spreadsheet: semicolons, decimal commas, byte order mark.

The columns have the names of the import, so that the file can be read by a program too.
"""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from common.colombia.formats import fecha_corta
from common.files.csv_download import UTF8_MARK, Line, safe_cell

COLUMNS = ("numero", "producto", "fecha", "referencia", "concepto", "valor", "saldo")


def lines_of(movements: Iterable[Any], names: dict[int, tuple[str, str]]) -> Iterator[str]:
    """The file line by line; `names` has number and name of each product by its id."""
    write = csv.writer(Line(), delimiter=";").writerow
    yield UTF8_MARK + write(COLUMNS)
    for movement in movements:
        number, name = names[movement.product_id]
        texts = (number, name, fecha_corta(movement.day), movement.reference, movement.concept)
        yield write([*map(safe_cell, texts), figure(movement.amount), figure(movement.balance)])


def figure(amount: Decimal) -> str:
    return f"{amount:.2f}".replace(".", ",")
