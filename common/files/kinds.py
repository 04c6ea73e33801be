"""What a column's cells may be: `Kind` parses the cells of one column; `BadCell` refuses a row, `BadColumn` the whole file.

Cells of a spreadsheet that hold a number or a date arrive as texts of the classes below, so that a kind can refuse numbers
where only text is safe. Pure functions.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

LONGEST_CELL = 5_000  # characters; Unicode normalisation takes super-linear time
CACHE_CELLS = 32_768  # values cached per kind: more than all birth dates of living people, less than 8 MiB


class BadCell(ValueError):
    """The cell cannot be read; the message says why, in Spanish."""


class BadColumn(BadCell):
    """The cell shows that its whole column went through something that changes values; the message says what and what to do."""


class PlainNumber(str):
    """A number cell that its sheet shows digit by digit: `123`, `00123`, `12.5`."""


class DressedNumber(str):
    """A number cell that its sheet shows with thousands, currency, percent or fixed decimals; of these the text keeps `%`."""


class ShownDate(str):
    """A number cell that its sheet shows as a date; the text is `AAAA-MM-DD`."""


class RefusedCell(str):
    """A cell whose value is not what its sheet shows; the text is the reason."""


class ColumnCheck(Protocol):
    """Judges a column after its last row."""

    def look(self, cells: Sequence[str]) -> None:
        """See the column's next cells, as in the file."""

    def verdict(self) -> str:
        """Why the whole file is refused, in Spanish; "" if it is not."""


@dataclass(frozen=True)
class Kind:
    """A kind of cell.

    `all_clean` checks in a few C calls whether a whole column is canonical already, as in nearly every batch; only otherwise
    are the cells parsed one by one.
    """

    parse: Callable[[str], str]
    all_clean: Callable[[Sequence[str]], bool] = lambda cells: False
    numbers: tuple[type, ...] = (PlainNumber,)  # the number cells of a sheet that it takes
    check: Callable[[], ColumnCheck] | None = None

    def read(self, cells: Sequence[str]) -> tuple[Sequence[str], dict[int, BadCell]]:
        """The canonical texts of a column, and the error of each bad cell by position."""
        return (cells, {}) if self.all_clean(cells) else self._read_one_by_one(cells)

    def take_numbers(self, cells: Sequence[str]) -> tuple[Sequence[str], dict[int, BadCell]]:
        """A sheet's column with its number cells as plain texts, and the error of each that is refused, by position."""
        taken, wrong = list(cells), {}
        for position, cell in enumerate(cells):
            if type(cell) is not str:
                try:
                    taken[position] = self.take_number(cell)
                except BadCell as error:
                    taken[position], wrong[position] = "", error
        return taken, wrong

    def take_number(self, cell: str) -> str:
        """The plain text of a sheet's number cell. Raises BadCell if this kind cannot trust it."""
        if isinstance(cell, RefusedCell):
            raise BadCell(str(cell))
        if not isinstance(cell, self.numbers):
            raise BadCell(f"la hoja la guarda como {_stored_as(cell)}; escríbala como texto")
        return str(cell)

    def _read_one_by_one(self, cells: Sequence[str]) -> tuple[Sequence[str], dict[int, BadCell]]:
        values: list[str] = []
        bad: dict[int, BadCell] = {}
        for position, cell in enumerate(cells):
            try:
                values.append(self.parse(cell))
            except BadCell as error:
                values.append("")
                bad[position] = error
        return values, bad


def _stored_as(cell: str) -> str:
    return "fecha" if isinstance(cell, ShownDate) else "número con formato"


class RememberedKind(Kind):
    """A kind with few distinct values: each is parsed once and cached."""

    def __init__(
        self,
        parse: Callable[[str], str],
        numbers: tuple[type, ...] = (PlainNumber,),
        check: Callable[[], ColumnCheck] | None = None,
    ) -> None:
        super().__init__(parse, numbers=numbers, check=check)
        object.__setattr__(self, "_known", _Known(parse))

    def read(self, cells: Sequence[str]) -> tuple[Sequence[str], dict[int, BadCell]]:
        try:
            return list(map(self._known.__getitem__, cells)), {}  # type: ignore[attr-defined]
        except BadCell:
            return self._read_one_by_one(cells)


class _Known(dict[str, str]):
    def __init__(self, parse: Callable[[str], str]) -> None:
        super().__init__()
        self.parse = parse

    def __missing__(self, cell: str) -> str:
        value = self.parse(cell)
        if len(self) >= CACHE_CELLS:
            self.clear()
        self[cell] = value
        return value


# ---- text ------------------------------------------------------------------------------------------------------

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffd]")


# What a spreadsheet writes into a CSV file for a formula that failed, in English and Spanish, or for a column too narrow.
_SHEET_ERROR = re.compile(
    r"#(?:N/[AD]|¡?(?:REF|VALUE|VALOR|DIV/0|NUM|NULL|NULO|SPILL|DESBORDAMIENTO|CALC)!|NAME\?|¿NOMBRE\?|##+)", re.IGNORECASE
)


def refuse_sheet_error(value: str) -> None:
    """Raises BadCell for what a failed formula leaves instead of a text."""
    if _SHEET_ERROR.fullmatch(value):
        raise BadCell(f"«{value}» es un error de la hoja de cálculo: escriba el dato")


def tidy(cell: str) -> str:
    """The text on one line, with single spaces, in NFC. Raises BadCell for control characters."""
    if len(cell) > LONGEST_CELL:
        raise BadCell(f"tiene {len(cell)} caracteres: son demasiados")
    if _CONTROL.search(cell):
        raise BadCell("tiene caracteres que no se pueden leer")
    return unicodedata.normalize("NFC", " ".join(cell.split()))


def plain(cell: str) -> str:
    """The text in lower case without accents, for comparisons."""
    decomposed = unicodedata.normalize("NFD", " ".join(cell.split()).lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
