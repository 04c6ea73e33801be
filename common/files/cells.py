"""Parse cells of imported files: text to canonical text, or a Spanish sentence about the error. Pure functions.

PostgreSQL's COPY and SQLite both accept canonical texts unchanged: dates `YYYY-MM-DD`, money `1234567.89`, documents and
phones as bare digits; an empty cell is `""`. Kinds of identifiers are in `identifiers.py`, dates in `dates.py`.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from common.colombia.emails import LONGEST as LONGEST_EMAIL
from common.colombia.emails import BadEmail, clean_email, read_email
from common.colombia.invisible import without_invisible
from common.files.dates import day
from common.files.identifiers import DOCUMENT, PHONE, identifier
from common.files.kinds import (
    BadCell,
    BadColumn,
    DressedNumber,
    Kind,
    PlainNumber,
    RememberedKind,
    plain,
    refuse_sheet_error,
    tidy,
)
from common.files.signs import wrong_encoding

__all__ = [
    "DOCUMENT", "EMAIL", "MONEY", "NUMBERS", "PERCENT", "PHONE", "BadCell", "BadColumn", "Kind", "choice", "day",
    "identifier", "integer", "plain", "text",
]  # fmt: skip


# ---- text and e-mails ----------------------------------------------------------------------------------------------


def text(max_length: int) -> Kind:
    """Free text of at most `max_length` characters (names, addresses)."""

    def parse(cell: str) -> str:
        if sign := wrong_encoding(cell):
            raise BadColumn(f"«{sign}» tiene letras dañadas: se leyó con otra codificación. Guárdelo como CSV UTF-8.")
        value = tidy(cell)
        refuse_sheet_error(value)
        if len(value) > max_length:
            raise BadCell(f"tiene {len(value)} caracteres y caben {max_length}")
        return value

    def all_clean(cells: Sequence[str]) -> bool:
        return max(map(len, cells)) <= max_length and _all_tidy(cells)

    return Kind(parse, all_clean)


def _all_tidy(cells: Sequence[str]) -> bool:
    """Whether `text` would change no cell; checks them as one text, joined by a character that is not typed."""
    joined = f"¦{'¦'.join(cells)}¦"
    if not joined.isprintable() or not unicodedata.is_normalized("NFC", joined) or wrong_encoding(joined):
        return False
    return joined.count("¦") == len(cells) + 1 and not any(odd in joined for odd in ("  ", "¦ ", " ¦", "¦#", "\ufffd"))


def _parse_email(cell: str) -> str:
    value = tidy(without_invisible(cell))
    if len(clean_email(value)) > LONGEST_EMAIL:
        raise BadCell(f"el correo tiene más de {LONGEST_EMAIL} caracteres")
    try:
        return read_email(value) if value else ""
    except BadEmail:
        raise BadCell("no es un correo completo, por ejemplo nombre@correo.com") from None


_PLAIN_EMAIL = re.compile(r"(?:[a-z0-9_]{1,40}(?:[.+-][a-z0-9_]{1,20})?@(?:[a-z0-9]{2,40}\.){1,3}[a-z]{2,10})?")

EMAIL = Kind(_parse_email, lambda cells: all(map(_PLAIN_EMAIL.fullmatch, cells)))


# ---- numbers -----------------------------------------------------------------------------------------------------

_POINT_DECIMAL = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]+)?")
_COMMA_DECIMAL = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:\.[0-9]{3}){1,4}),[0-9]+")
_SIGN_AND_PESOS = re.compile(r"^(-?) ?\$? ?(-?)")
_SPACE_OF_THOUSANDS = re.compile(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))")
_GROUPS_ONLY = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3}){2,4}")


def _plain_number(cell: str, example: str) -> str:
    """`1.234.567,89` or `1234567.89` as `1234567.89`, with the decimals as written."""
    value = _SPACE_OF_THOUSANDS.sub("", _SIGN_AND_PESOS.sub(r"\1\2", tidy(cell).replace("−", "-")))
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
    value = _plain_number(cell.strip().removesuffix("%"), "12.68")
    if value and not 0 <= Decimal(value) <= 999:
        raise BadCell("el porcentaje debe estar entre 0 y 999")
    if value and Decimal(value) != round(Decimal(value), 4):
        raise BadCell("tiene más de 4 decimales")
    return f"{Decimal(value):.4f}" if value else ""


NUMBERS: tuple[type, ...] = (PlainNumber, DressedNumber)
_PLAIN_MONEY = re.compile(r"(?:-?[1-9][0-9]{0,14}\.[0-9]{2}|0\.[0-9]{2})?")

MONEY = Kind(_parse_money, lambda cells: all(map(_PLAIN_MONEY.fullmatch, cells)), NUMBERS)
PERCENT = RememberedKind(_parse_percent, NUMBERS)


def integer(*, smallest: int = 0, largest: int = 2_147_483_647) -> Kind:
    """A whole number in a range, inclusive."""

    def parse(cell: str) -> str:
        if not (value := tidy(cell)):
            return ""
        if not re.fullmatch(r"-?[0-9]{1,18}", value) or not smallest <= int(value) <= largest:
            raise BadCell(f"debe ser un número entero entre {smallest} y {largest}")
        return str(int(value))

    return RememberedKind(parse, NUMBERS)


# ---- choices -----------------------------------------------------------------------------------------------------


def choice(options: dict[str, str]) -> Kind:
    """One of a few words; `options` maps the file's word (see `plain`) to the stored value."""

    def parse(cell: str) -> str:
        if not (value := plain(tidy(cell))):
            return ""
        if value not in options:
            raise BadCell(f"debe ser una de estas palabras: {', '.join(options)}")
        return options[value]

    return RememberedKind(parse)
