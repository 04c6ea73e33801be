"""Read XLSX sheets as rows of text, after a check against decompression bombs.

calamine keeps the whole rectangle of a sheet in memory, 32 bytes per cell: two cells in opposite corners of an empty sheet
would exhaust it. So the packed XML is streamed first, to count rows and columns.
"""

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

LARGEST_UNPACKED = 64 * 2**20  # bytes of XML in the whole book
LARGEST_RECTANGLE = 800_000  # cells, rows by columns: 57,000 members of 14 columns; measured, an import stays under 150 MiB
LARGEST_ROW = 4 * 2**20  # bytes of XML in one row
CHUNK = 2**20

# Errors of zipfile for books that are truncated, corrupt, encrypted or packed in an unknown way.
BROKEN_BOOK: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error)
BROKEN_BOOK += (EOFError, OSError, RuntimeError, NotImplementedError, ValueError)

_PLACE = re.compile(rb'<(?:\w+:)?(?:c|row)\s[^>]*?\br="([A-Z]*)([0-9]+)"')
_CELL = re.compile(rb"<(?:\w+:)?c[\s>]")
_CELL_WITH_PLACE = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="[A-Z]')
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\bt="e"')
_FORMULA_WITHOUT_VALUE = re.compile(
    rb'<(?:\w+:)?c(?![^>]*\bt="str")[^>]*>\s*<f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v>\s*</v>|<v\s*/>)?\s*</(?:\w+:)?c>'
)


class UnreadableSheet(ValueError):
    """The file cannot be opened; the message says why and what to do, in Spanish."""


TOO_LARGE = "La hoja es demasiado grande para abrirla como XLSX. Guárdela como CSV UTF-8 e intente de nuevo."
DAMAGED = "El archivo XLSX está dañado o incompleto. Ábralo en Excel, guárdelo de nuevo e intente otra vez."
NO_VALUES = "La hoja tiene fórmulas sin resultado guardado. Ábrala en Excel, guárdela de nuevo o péguela como valores."
ERROR_CELLS = "La hoja tiene celdas con error (#N/A, #REF!…). Corríjalas e intente de nuevo."
NO_PLACES = "La hoja no dice dónde va cada celda. Ábrala en Excel, guárdela de nuevo o guárdela como CSV UTF-8."
LOCKED = "El archivo XLSX tiene contraseña. Guárdelo sin ella e intente de nuevo."


def read_sheet(path: Path) -> Iterator[list[str]]:
    """The rows of the first sheet, from row 1, as texts. Raises UnreadableSheet before the first row."""
    _refuse_bombs(path)
    sheet = _first_sheet(path)
    empty_rows_above = sheet.start[0] if sheet.start else 0
    yield from ([] for _ in range(empty_rows_above))
    for row in sheet.iter_rows():
        yield [cell_text(value) for value in row]


def cell_text(value: object) -> str:
    """The cell as a person would type it into a CSV file."""
    if isinstance(value, bool):
        return "si" if value else "no"
    if isinstance(value, float):  # Excel has 15 significant digits; the rest is rounding noise
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.6f}".rstrip("0")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _first_sheet(path: Path) -> CalamineSheet:
    try:
        book = CalamineWorkbook.from_path(str(path))
        return book.get_sheet_by_index(0)
    except PasswordError:
        raise UnreadableSheet(LOCKED) from None
    except (CalamineError, OSError, ValueError, IndexError):
        raise UnreadableSheet(DAMAGED) from None


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as book:
            members = book.infolist()
            if sum(member.file_size for member in members) > LARGEST_UNPACKED:
                raise UnreadableSheet(TOO_LARGE)
            for member in members:
                _look_inside(book, member)
    except BROKEN_BOOK as error:
        raise error if isinstance(error, UnreadableSheet) else UnreadableSheet(DAMAGED) from None


def _look_inside(book: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    """Unpack an archive member, which checks its size and CRC, and measure it if it looks like a sheet: a book may store
    its sheets under any name."""
    seen = _Extent()
    rest = b""
    with book.open(member) as stream:
        while chunk := stream.read(CHUNK):
            rows, separator, rest = (rest + chunk).rpartition(b"</row>")
            seen.add(rows + separator)
            if b"<row" not in rest:  # not a sheet, or its end; the tail may contain half a "<row"
                rest = rest[-16:]
            if len(rest) > LARGEST_ROW:
                raise UnreadableSheet(TOO_LARGE)
    seen.add(rest)


class _Extent:
    """The rectangle of a sheet's cells, extended chunk by chunk."""

    def __init__(self) -> None:
        self.rows = self.columns = 0

    def add(self, xml: bytes) -> None:
        for letters, number in set(_PLACE.findall(xml)):
            self.rows = max(self.rows, int(number[:9]))
            self.columns = max(self.columns, column_number(letters))
        if self.rows * self.columns > LARGEST_RECTANGLE:
            raise UnreadableSheet(TOO_LARGE)
        if len(_CELL.findall(xml)) != len(_CELL_WITH_PLACE.findall(xml)):
            raise UnreadableSheet(NO_PLACES)
        if _ERROR_CELL.search(xml):
            raise UnreadableSheet(ERROR_CELLS)
        if _FORMULA_WITHOUT_VALUE.search(xml):
            raise UnreadableSheet(NO_VALUES)


def column_number(letters: bytes) -> int:
    """A = 1, Z = 26, AA = 27."""
    number = 0
    for letter in letters[:8]:
        number = number * 26 + letter - 64
    return number
