"""Cells that name a person or a thing: documents, phones, product numbers, references. They never pass through a float.

A digit lost or added names somebody else, so what shows that a spreadsheet treated the column as numbers with decimals
(`1020304.0`, `4.00123E+11`, sixteen digits) refuses the file: other values of the column may have changed without a trace.
Pure functions.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from common.colombia.documents import BadDocument, clean_document
from common.colombia.invisible import without_invisible
from common.files.kinds import BadCell, BadColumn, DressedNumber, Kind, PlainNumber, RefusedCell, refuse_sheet_error, tidy

AS_TEXT = "Dé a la columna formato de texto, corríjala y guarde el archivo de nuevo."

_DECIMALS = re.compile(r"[+-]?(?:0|[1-9][0-9]*)[.,]0{1,2}")
_SHORT_TAIL = re.compile(r"[0-9]{7,}[.][0-9]{1,2}")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+[eE][+-]?|[eE][+-])[0-9]+")
_MARKS = re.compile(r"(?<=[0-9])[.,]")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*")


def refuse_float(value: str) -> None:
    """Raise BadColumn if the text is a number with decimals or in scientific notation."""
    if _DECIMALS.fullmatch(value):
        raise BadColumn(f"«{value[:40]}» tiene decimales, y un número así no los lleva. {AS_TEXT}")
    if _SCIENTIFIC.fullmatch(value):
        raise BadColumn(f"«{value[:40]}» está en notación científica y ya perdió cifras. {AS_TEXT}")


@dataclass(frozen=True)
class IdentifierKind(Kind):
    """A kind whose number cells must be whole numbers that a spreadsheet keeps exactly."""

    def take_number(self, cell: str) -> str:
        if isinstance(cell, RefusedCell):
            raise BadColumn(f"{cell}. {AS_TEXT}")
        if not isinstance(cell, self.numbers):
            raise BadColumn(f"la hoja guarda «{cell[:40]}» como fecha o como número con formato. {AS_TEXT}")
        if not cell.isdecimal():
            raise BadColumn(f"«{cell[:40]}» no es un número entero. {AS_TEXT}")
        return str(cell)


class LostZeros:
    """Refuses a column of a sheet where some numbers kept their leading zeros as text and others are number cells."""

    def __init__(self) -> None:
        self.number = self.padded = ""

    def look(self, cells: Sequence[str]) -> None:
        for cell in cells:
            if type(cell) is PlainNumber and not cell.startswith("0"):
                self.number = self.number or str(cell)
            elif type(cell) is str and cell.startswith("0") and cell.isdecimal():
                self.padded = self.padded or cell

    def verdict(self) -> str:
        if not (self.number and self.padded):
            return ""
        return (
            f"unas celdas son texto con ceros a la izquierda («{self.padded[:40]}») y otras son números que no los"
            f" muestran («{self.number[:40]}»). {AS_TEXT}"
        )


def identifier(max_length: int) -> Kind:
    """A product number or reference of at most `max_length` characters, kept as it is written."""

    def parse(cell: str) -> str:
        value = tidy(cell)
        refuse_float(value)
        refuse_sheet_error(value)
        if len(value) > max_length:
            raise BadCell(f"tiene {len(value)} caracteres y caben {max_length}")
        return value

    def all_clean(cells: Sequence[str]) -> bool:
        return max(map(len, cells)) <= max_length and _plain_signs(cells)

    return IdentifierKind(parse, all_clean, check=LostZeros)


def _plain_signs(cells: Sequence[str]) -> bool:
    """Whether the cells are ASCII letters, digits and hyphens only, so that none is a number with a mark."""
    joined = "".join(cells).replace("-", "")
    return (joined.isascii() and joined.isalnum()) or not joined


# ---- documents and phones ------------------------------------------------------------------------------------------


def _parse_document(cell: str) -> str:
    if not (value := tidy(without_invisible(cell))):
        return ""
    _refuse_odd_marks(value)
    try:
        return clean_document(value)
    except BadDocument as error:
        raise BadCell(str(error)) from None


def _parse_phone(cell: str) -> str:
    written = tidy(without_invisible(cell))
    refuse_float(written)
    if _SHORT_TAIL.fullmatch(written):
        raise BadCell("tiene decimales: escriba el número de teléfono sin ellos")
    value = re.sub(r"[\s().\-]", "", written)
    value = re.sub(r"^(?:\+|00)", "", value)
    if value and not re.fullmatch(r"[0-9]{7,15}", value):
        raise BadCell("no es un número de teléfono: escriba de 7 a 15 números")
    return value[2:] if len(value) == 12 and value.startswith("57") else value


def _refuse_odd_marks(value: str) -> None:
    """Raise BadCell unless the points or commas of a document separate its thousands."""
    refuse_float(value)
    number = value.replace(" ", "").partition("-")[0]
    if _MARKS.search(number) and not _THOUSANDS.fullmatch(number) and number.replace(".", "").replace(",", "").isdecimal():
        raise BadCell("los puntos no separan miles: escriba el documento sin puntos ni comas")


def _all_digits(cells: Sequence[str]) -> bool:
    digits = "".join(cells)
    return digits.isascii() and (digits.isdigit() or not digits)


def _documents_clean(cells: Sequence[str]) -> bool:
    lengths = set(map(len, cells))
    return _all_digits(cells) and 3 <= min(lengths) and max(lengths) <= 15 and " 0" not in " " + " ".join(cells)


def _phones_clean(cells: Sequence[str]) -> bool:
    return _all_digits(cells) and set(map(len, cells)) <= {0, 7, 10}


_NUMBERS: tuple[type, ...] = (PlainNumber, DressedNumber)
DOCUMENT: Kind = IdentifierKind(_parse_document, _documents_clean, _NUMBERS)
PHONE: Kind = IdentifierKind(_parse_phone, _phones_clean, _NUMBERS)
