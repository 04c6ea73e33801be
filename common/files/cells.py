"""Parse cells of imported files: text to canonical text, or a Spanish sentence about the error. Pure functions.

PostgreSQL's COPY and SQLite both accept canonical texts unchanged: dates `YYYY-MM-DD`, money `1234567.89`, documents and
phones as bare digits; an empty cell is `""`.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common.colombia.documents import BadDocument, clean_document
from common.colombia.emails import LONGEST as LONGEST_EMAIL
from common.colombia.emails import BadEmail, clean_email, read_email
from common.colombia.invisible import without_invisible

LONGEST_CELL = 5_000  # characters; Unicode normalisation takes super-linear time
CACHE_CELLS = 32_768  # values cached per kind: more than all birth dates of living people, less than 8 MiB


class BadCell(ValueError):
    """The cell cannot be read; the message says why, in Spanish."""


@dataclass(frozen=True)
class Kind:
    """A kind of cell. `all_clean` checks in a few C calls whether a whole column is canonical already, as in nearly
    every batch; only otherwise are the cells parsed one by one."""

    parse: Callable[[str], str]
    all_clean: Callable[[Sequence[str]], bool] = lambda cells: False

    def read(self, cells: Sequence[str]) -> tuple[Sequence[str], dict[int, str]]:
        """The canonical texts of a column, and the reason of each bad cell by position."""
        return (cells, {}) if self.all_clean(cells) else self._read_one_by_one(cells)

    def _read_one_by_one(self, cells: Sequence[str]) -> tuple[Sequence[str], dict[int, str]]:
        values, bad = [], {}
        for position, cell in enumerate(cells):
            try:
                values.append(self.parse(cell))
            except BadCell as error:
                values.append("")
                bad[position] = str(error)
        return values, bad


class RememberedKind(Kind):
    """A kind with few distinct values: each is parsed once and cached."""

    def __init__(self, parse: Callable[[str], str]) -> None:
        super().__init__(parse)
        object.__setattr__(self, "_known", _Known(parse))

    def read(self, cells: Sequence[str]) -> tuple[Sequence[str], dict[int, str]]:
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


def _tidy(cell: str) -> str:
    """The text on one line, with single spaces, in NFC. Raises BadCell for control characters."""
    if len(cell) > LONGEST_CELL:
        raise BadCell(f"tiene {len(cell)} caracteres: son demasiados")
    if _CONTROL.search(cell):
        raise BadCell("tiene caracteres que no se pueden leer")
    return unicodedata.normalize("NFC", " ".join(cell.split()))


def text(max_length: int) -> Kind:
    """Free text of at most `max_length` characters (names, addresses)."""

    def parse(cell: str) -> str:
        value = _tidy(cell)
        if len(value) > max_length:
            raise BadCell(f"tiene {len(value)} caracteres y caben {max_length}")
        return value

    def all_clean(cells: Sequence[str]) -> bool:
        return max(map(len, cells)) <= max_length and _all_tidy(cells)

    return Kind(parse, all_clean)


def _all_tidy(cells: Sequence[str]) -> bool:
    """Whether `_tidy` would change no cell; checks them as one text, joined by a character that is not typed."""
    joined = f"¦{'¦'.join(cells)}¦"
    if not joined.isprintable() or not unicodedata.is_normalized("NFC", joined):
        return False
    return joined.count("¦") == len(cells) + 1 and not any(odd in joined for odd in ("  ", "¦ ", " ¦", "\ufffd"))


# ---- documents, e-mails, phones ----------------------------------------------------------------------------------


def _parse_document(cell: str) -> str:
    if not (value := _tidy(without_invisible(cell))):
        return ""
    try:
        return clean_document(value)
    except BadDocument as error:
        raise BadCell(str(error)) from None


def _parse_email(cell: str) -> str:
    value = _tidy(without_invisible(cell))
    if len(clean_email(value)) > LONGEST_EMAIL:
        raise BadCell(f"el correo tiene más de {LONGEST_EMAIL} caracteres")
    try:
        return read_email(value) if value else ""
    except BadEmail:
        raise BadCell("no es un correo completo, por ejemplo nombre@correo.com") from None


def _parse_phone(cell: str) -> str:
    value = re.sub(r"[\s().\-]", "", _tidy(without_invisible(cell)))
    value = re.sub(r"^(?:\+|00)", "", value)
    if value and not re.fullmatch(r"[0-9]{7,15}", value):
        raise BadCell("no es un número de teléfono: escriba de 7 a 15 números")
    return value[2:] if len(value) == 12 and value.startswith("57") else value


def _all_digits(cells: Sequence[str]) -> bool:
    digits = "".join(cells)
    return digits.isascii() and (digits.isdigit() or not digits)


def _documents_clean(cells: Sequence[str]) -> bool:
    lengths = set(map(len, cells))
    return _all_digits(cells) and 3 <= min(lengths) and max(lengths) <= 15 and " 0" not in " " + " ".join(cells)


def _phones_clean(cells: Sequence[str]) -> bool:
    return _all_digits(cells) and set(map(len, cells)) <= {0, 7, 10}


_PLAIN_EMAIL = re.compile(r"(?:[a-z0-9_]{1,40}(?:[.+-][a-z0-9_]{1,20})?@(?:[a-z0-9]{2,40}\.){1,3}[a-z]{2,10})?")

DOCUMENT = Kind(_parse_document, _documents_clean)
EMAIL = Kind(_parse_email, lambda cells: all(map(_PLAIN_EMAIL.fullmatch, cells)))
PHONE = Kind(_parse_phone, _phones_clean)


# ---- dates -------------------------------------------------------------------------------------------------------

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_SPANISH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")


def _parts_of_date(cell: str) -> tuple[int, int, int]:
    if found := _ISO.fullmatch(cell):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _SPANISH.fullmatch(cell):
        return int(found[3]), int(found[2]), int(found[1])
    raise BadCell("no es una fecha: escriba AAAA-MM-DD o DD/MM/AAAA")


def day(*, latest: date, earliest: date = date(1880, 1, 1)) -> Kind:
    """A date between two days, inclusive."""

    def parse(cell: str) -> str:
        if not _ISO.fullmatch(cell) and not (cell := _tidy(cell)):
            return ""
        year, month, day = _parts_of_date(cell)
        try:
            value = date(year, month, day)
        except ValueError:
            raise BadCell("esa fecha no existe en el calendario") from None
        if not earliest <= value <= latest:
            raise BadCell(f"la fecha debe estar entre {earliest:%d/%m/%Y} y {latest:%d/%m/%Y}")
        return value.isoformat()

    return RememberedKind(parse)


# ---- numbers -----------------------------------------------------------------------------------------------------

_POINT_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]+)?")
_COMMA_DECIMAL = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:\.[0-9]{3}){1,4}),[0-9]+")
_GROUPS_ONLY = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3}){2,4}")


def _plain_number(cell: str, example: str) -> str:
    """`1.234.567,89` or `1234567.89` as `1234567.89`, with the decimals as written."""
    value = re.sub(r"[\s$]", "", _tidy(cell)).replace("−", "-")
    if not value or _POINT_DECIMAL.fullmatch(value):
        return value
    if _COMMA_DECIMAL.fullmatch(value):
        return value.replace(".", "").replace(",", ".")
    if _GROUPS_ONLY.fullmatch(value):
        return value.replace(".", "")
    raise BadCell(f"no es un número: escriba, por ejemplo, {example}")


def _parse_money(cell: str) -> str:
    value = _plain_number(cell, "1234567.89 o 1.234.567,89")
    if len(value.partition(".")[2]) > 2:  # "1.234" is ambiguous (thousands or decimals), so it is refused
        raise BadCell("tiene más de 2 decimales; si el punto separa miles, escriba el número sin él")
    return f"{Decimal(value):.2f}".replace("-0.00", "0.00") if value else ""


def _parse_percent(cell: str) -> str:
    value = _plain_number(cell.replace("%", ""), "12.68")
    if value and not 0 <= float(value) <= 999:
        raise BadCell("el porcentaje debe estar entre 0 y 999")
    return f"{Decimal(value):.4f}" if value else ""


_PLAIN_MONEY = re.compile(r"(?:-?[1-9][0-9]{0,14}\.[0-9]{2}|0\.[0-9]{2})?")

MONEY = Kind(_parse_money, lambda cells: all(map(_PLAIN_MONEY.fullmatch, cells)))
PERCENT = RememberedKind(_parse_percent)


def integer(*, smallest: int = 0, largest: int = 2_147_483_647) -> Kind:
    """A whole number in a range, inclusive."""

    def parse(cell: str) -> str:
        value = re.sub(r"\s", "", _tidy(cell))
        if not value:
            return ""
        if not re.fullmatch(r"-?[0-9]{1,18}", value) or not smallest <= int(value) <= largest:
            raise BadCell(f"debe ser un número entero entre {smallest} y {largest}")
        return str(int(value))

    return RememberedKind(parse)


# ---- choices -----------------------------------------------------------------------------------------------------


def plain(cell: str) -> str:
    """The text in lower case without accents, for comparisons."""
    decomposed = unicodedata.normalize("NFD", " ".join(cell.split()).lower())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def choice(options: dict[str, str]) -> Kind:
    """One of a few words; `options` maps the file's word (see `plain`) to the stored value."""

    def parse(cell: str) -> str:
        if not (value := plain(_tidy(cell))):
            return ""
        if value not in options:
            raise BadCell(f"debe ser una de estas palabras: {', '.join(options)}")
        return options[value]

    return RememberedKind(parse)
