"""The rows of one sheet as its readers see them, streamed from its XML."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from string import ascii_uppercase
from typing import NamedTuple

from common.files.kinds import RefusedCell, ShownDate
from common.files.xlsx.errors import DAMAGED, TOO_LARGE, UnreadableSheet
from common.files.xlsx.number_formats import NumberFormat
from common.files.xlsx.xml import Attributes, parse

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",  # ISO/IEC 29500 strict
)
LARGEST_TEXT = 32_767  # characters of a cell, as Excel has it
LAST_ROW = 1_048_576
TRUE = ("1", "true")
WIDEST = 104  # columns that may hold anything: A to CZ; a file of ours has 15
COLUMNS = {letters: at for at, letters in enumerate([*ascii_uppercase, *(a + b for a in "ABC" for b in ascii_uppercase)])}
_TAGS = {f"{space} {tag}": tag for space in MAIN for tag in ("row", "c", "v", "t", "f", "rPh", "mergeCell", "col")}
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

NO_VALUES = "La hoja «{sheet}» tiene fórmulas sin resultado guardado, en {place}. Ábrala en Excel y guárdela de nuevo."
ERROR_CELL = "La hoja «{sheet}» tiene celdas con error (#N/A, #REF!…), en {place}. Corríjalas e intente de nuevo."
NO_PLACES = "La hoja «{sheet}» no dice dónde va cada celda. Ábrala en Excel, guárdela de nuevo o guárdela como CSV UTF-8."
MERGED = "La hoja «{sheet}» tiene celdas combinadas ({place}). Sepárelas, escriba el dato en cada fila e intente de nuevo."
HIDDEN = "La hoja «{sheet}» tiene datos en filas o columnas ocultas: {place}. Muéstrelas o bórrelas e intente de nuevo."
HIDDEN_TEXT = "la hoja muestra el texto con un formato que lo cambia o lo oculta; escríbalo sin formato"


class SheetRow(NamedTuple):
    line: int
    cells: list[str]  # numbers and dates in the classes of `kinds`


class Sheet(NamedTuple):
    """What is needed to read a sheet besides its own XML."""

    name: str
    strings: Sequence[str]
    formats: Sequence[NumberFormat]


def rows(pieces: Iterable[bytes], sheet: Sheet) -> Iterator[SheetRow]:
    """The rows that are not empty. Raises UnreadableSheet, also after the last row."""
    reader = _Reader(sheet)
    for _ in parse(pieces, start=reader.start, end=reader.end, text=reader.text):
        yield from reader.rows
        reader.rows.clear()
    yield from reader.rows


class _Reader:
    """Collects rows; its methods are the handlers of `parse`."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.rows: list[SheetRow] = []
        self.line, self.digits = 0, "0"
        self.cells: list[str] = []
        self.hidden_row = False
        self.hidden_columns: set[int] = set()
        self.cell: Attributes = {}
        self.parts: list[str] = []  # of the cell's text
        self.length = 0
        self.reading = self.phonetic = self.has_formula = False
        self.open: dict[str, Callable[[Attributes], None]] = {
            "row": self.open_row, "c": self.open_cell, "v": self.open_value, "t": self.open_value, "f": self.open_formula,
            "rPh": self.open_phonetic, "mergeCell": self.refuse_merged, "col": self.note_hidden,
        }  # fmt: skip

    def start(self, name: str, attributes: Attributes) -> None:
        if tag := _TAGS.get(name):
            self.open[tag](attributes)

    def text(self, text: str) -> None:
        if self.reading:
            self.parts.append(text)
            self.length += len(text)
            if self.length > LARGEST_TEXT:
                raise UnreadableSheet(TOO_LARGE)

    def end(self, name: str) -> None:
        tag = _TAGS.get(name)
        if tag == "v" or tag == "t":
            self.reading = False
        elif tag == "c":
            self.close_cell()
        elif tag == "row":
            self.close_row()
        elif tag == "rPh":
            self.phonetic = False

    # ---- rows and columns ----

    def open_row(self, attributes: Attributes) -> None:
        digits = attributes.get("r", str(self.line + 1))
        line = int(digits) if digits.isdecimal() and len(digits) < 8 else 0
        if not self.line < line <= LAST_ROW:
            raise UnreadableSheet(DAMAGED)
        self.line, self.digits, self.cells = line, digits, []
        self.hidden_row = attributes.get("hidden") in TRUE or attributes.get("ht") == "0"

    def close_row(self) -> None:
        if any(self.cells):
            if self.hidden_row:
                raise self.refusal(HIDDEN, f"fila {self.line}")
            self.rows.append(SheetRow(self.line, self.cells))

    def note_hidden(self, attributes: Attributes) -> None:
        if attributes.get("hidden") in TRUE or attributes.get("width") == "0":
            first, last = (attributes.get(name, "") for name in ("min", "max"))
            if first.isdecimal() and last.isdecimal() and len(first + last) < 12:
                self.hidden_columns.update(range(int(first) - 1, min(int(last), WIDEST)))

    def refuse_merged(self, attributes: Attributes) -> None:
        raise self.refusal(MERGED, attributes.get("ref", "")[:20])

    # ---- cells ----

    def open_cell(self, attributes: Attributes) -> None:
        self.cell, self.parts, self.length, self.has_formula = attributes, [], 0, False

    def open_value(self, attributes: Attributes) -> None:
        self.reading = not self.phonetic

    def open_formula(self, attributes: Attributes) -> None:
        self.has_formula = True

    def open_phonetic(self, attributes: Attributes) -> None:
        self.phonetic = True

    def close_cell(self) -> None:
        raw = "".join(self.parts)
        kind = self.cell.get("t", "n")
        if not raw and self.has_formula and kind != "str":
            raise self.refusal(NO_VALUES, self.cell.get("r", ""))
        if raw and (shown := self.shown(kind, raw)):
            at, cells = self.column(), self.cells
            if at < len(cells):
                raise UnreadableSheet(DAMAGED)
            cells += [""] * (at - len(cells))
            cells.append(shown)

    def column(self) -> int:
        """The index of the cell's column."""
        place = self.cell.get("r", "")
        letters = place.rstrip("0123456789")
        at = COLUMNS.get(letters, WIDEST)
        if at == WIDEST or place != letters + self.digits:
            raise self.wrong_place(place, letters)
        if at in self.hidden_columns:
            raise self.refusal(HIDDEN, f"columna {letters}")
        return at

    def wrong_place(self, place: str, letters: str) -> UnreadableSheet:
        if not place:
            return self.refusal(NO_PLACES, "")
        exists = re.fullmatch("[A-Z]{1,2}|[A-W][A-Z]{2}|X[A-E][A-Z]|XF[A-D]", letters) and place == letters + self.digits
        return UnreadableSheet(TOO_LARGE if exists else DAMAGED)

    # ---- what a cell shows ----

    def shown(self, kind: str, raw: str) -> str:
        if kind == "n":
            return self.format().shown(raw)
        if kind == "s":
            return self.as_text(self.shared(raw))
        if kind in ("str", "inlineStr"):
            return self.as_text(unescaped(raw))
        if kind == "b":
            return "VERDADERO" if raw.strip() == "1" else "FALSO"
        if kind == "e":
            raise self.refusal(ERROR_CELL, self.cell.get("r", ""))
        if kind == "d":
            return ShownDate(raw)
        raise UnreadableSheet(DAMAGED)

    def as_text(self, text: str) -> str:
        return text if "s" not in self.cell or self.format().shows_text else RefusedCell(HIDDEN_TEXT)

    def format(self) -> NumberFormat:
        style = self.cell.get("s", "0")
        if not style.isdecimal() or len(style) > 6 or int(style) >= len(self.sheet.formats):
            raise UnreadableSheet(DAMAGED)
        return self.sheet.formats[int(style)]

    def shared(self, raw: str) -> str:
        at = int(raw) if raw.isdecimal() and len(raw) < 9 else len(self.sheet.strings)
        if at >= len(self.sheet.strings):
            raise UnreadableSheet(DAMAGED)
        return self.sheet.strings[at]

    def refusal(self, sentence: str, place: str) -> UnreadableSheet:
        return UnreadableSheet(sentence.format(sheet=self.sheet.name[:40], place=place[:20]))


def unescaped(text: str) -> str:
    """The text with the characters that XML cannot hold (`_x000D_`) put back."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
