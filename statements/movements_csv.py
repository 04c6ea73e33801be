"""Movements as CSV for a spreadsheet, with the column names of the import, so that a program can read the file, too."""

from collections.abc import Iterable, Iterator
from typing import Any

from common.colombia.formats import fecha_corta

COLUMNS = ("numero", "producto", "fecha", "referencia", "concepto", "valor", "saldo")


def csv_rows(movements: Iterable[Any], names: dict[int, tuple[str, str]]) -> Iterator[tuple[Any, ...]]:
    """The file row by row; `names` has number and name of each product by its id."""
    for movement in movements:
        day = fecha_corta(movement.day)
        yield (*names[movement.product_id], day, movement.reference, movement.concept, movement.amount, movement.balance)
