"""What a sheet shows of a number: the cell's text for a number and its format code (ISO/IEC 29500-1, 18.8.31). Pure functions.

Only formats whose effect is certain are taken: digits, thousands, decimals, percent, pesos and whole dates. Of any other one
(scaled, scientific, fractions, conditions, other currencies, months without a day) the cell is refused.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from common.files.kinds import DressedNumber, PlainNumber, RefusedCell, ShownDate

LONGEST_CODE = 255  # characters, as Excel has it
DIGITS = Context(prec=15, rounding=ROUND_HALF_UP)  # significant digits that a spreadsheet keeps and shows
WIDE = Context(prec=300, rounding=ROUND_HALF_UP)
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 14: "d/m/yyyy", 15: "d-mmm-yy",
    22: "d/m/yyyy h:mm", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)",
    41: "#,##0;-#,##0;-", 42: "$#,##0;-$#,##0;-", 43: "#,##0.00;-#,##0.00;-", 44: "$#,##0.00;-$#,##0.00;-", 49: "@",
}  # fmt: skip

# What is not a placeholder: "text", \x, padding, currency with its language, colour.
_PIECES = re.compile(r'"([^"]*)"|\\(.)|[_*].|\[\$([^\]-]*)(?:-[^\]]*)?\]|\[(?:[A-Za-z]{3,}|Color ?[0-9]+)\]')
_DRESS = re.compile(r"[\s$()+\-]|COP|COL|pesos", re.IGNORECASE)
_UNKNOWN = "\x00"  # a literal that is neither dress nor part of a date
_DIGITS = re.compile(r"(?P<whole>[#0?]*(?P<thousands>,[#0?]+)*)(?:\.(?P<decimals>[#0?]*))?(?P<percent>%?)")
_DATE = re.compile(r"[dmyhs/\-:., ]+(?:a/p|am/pm)?", re.IGNORECASE)
_TIME = re.compile(r"h+(?::m+)?(?::s+)?(?:\.0+)?|m+:s+", re.IGNORECASE)

UNCERTAIN = "la hoja muestra el número con un formato («{}») que aquí no se entiende; escríbalo como número simple o texto"
HIDDEN_DECIMALS = "la hoja muestra {} pero guarda {}: muestre los decimales o redondee el número"
NO_DATE = "la fecha de la celda no existe o es anterior a marzo de 1900; escríbala como texto, AAAA-MM-DD"
LOST_DIGITS = f"tiene más de {DIGITS.prec} cifras: la hoja ya perdió las últimas; escríbala como texto"
BROKEN_NUMBER = "la celda guarda un número que no se puede leer"


@dataclass(frozen=True)
class NumberFormat:
    """One format code, ready to show numbers."""

    code: str
    sections: tuple[str, ...]
    since_1904: bool = False

    def shown(self, raw: str) -> str:
        """The number `raw`, as the file keeps it, in the class that says how the sheet shows it."""
        if self.code == "General" and raw.isascii() and raw.isdigit() and raw[0] != "0" and len(raw) <= DIGITS.prec:
            return PlainNumber(raw)  # nearly every number of a file; what follows would say the same
        try:
            value = DIGITS.create_decimal(raw.strip())
        except InvalidOperation:
            return RefusedCell(BROKEN_NUMBER)
        if not value.is_finite():
            return RefusedCell(BROKEN_NUMBER)
        if value.adjusted() >= DIGITS.prec:
            return RefusedCell(LOST_DIGITS)
        section = _PIECES.sub(_literal, self._section(value))
        if _is_date(section):
            return self._date(value, section)
        return self._number(value, _DRESS.sub("", section), dressed=bool(_DRESS.search(section)))

    @property
    def shows_text(self) -> bool:
        """Whether a text is shown as it is."""
        with_text = [section for section in self.sections if "@" in section] or ["@"]
        shown = self.sections[3] if len(self.sections) > 3 else with_text[-1]
        return _PIECES.sub(_literal, shown).strip() == "@"

    def _section(self, value: Decimal) -> str:
        """The section of the code for the value's sign; the first one alone writes the minus itself."""
        if value < 0 and len(self.sections) > 1:
            return self.sections[1] if re.search(r"[-(]", self.sections[1]) else _UNKNOWN  # the minus is not shown
        if value == 0 and len(self.sections) > 2:
            zero = _PIECES.sub(_literal, self.sections[2])
            is_dash = "-" in zero and not _DRESS.sub("", zero).strip("?")
            return self.sections[0] if is_dash else self.sections[2]
        return self.sections[0]

    def _number(self, value: Decimal, bare: str, *, dressed: bool) -> str:
        if bare.lower() in ("general", "@"):
            return DressedNumber(_digits(value)) if dressed and value >= 0 else PlainNumber(_digits(value))
        found = _DIGITS.fullmatch(bare)
        if not found or not re.search("[0#?]", bare):
            return self._uncertain()
        decimals, percent = len(found["decimals"] or ""), found["percent"]
        value = value.scaleb(2) if percent else value
        shown = value.quantize(Decimal(1).scaleb(-decimals), context=WIDE)
        if decimals < 2 and shown != value:
            return RefusedCell(HIDDEN_DECIMALS.format(_digits(shown) + percent, _digits(value) + percent))
        if decimals or percent or found["thousands"] or (dressed and value >= 0):
            return DressedNumber(_digits(shown) + percent)
        return PlainNumber("-" * (shown < 0) + _digits(abs(shown)).zfill(found["whole"].count("0")))

    def _date(self, value: Decimal, section: str) -> str:
        if not all(letter in _TIME.sub("", section.lower()) for letter in "dmy"):
            return self._uncertain()
        days = int(value) + (1462 if self.since_1904 else 0)
        if value < 0 or not 60 < days < 2_958_466:  # 60 is 29 February 1900, which Excel invents; the last is the year 9999
            return RefusedCell(NO_DATE)
        text = (date(1899, 12, 30) + timedelta(days=days)).isoformat()
        minutes = int(value % 1 * 1440)
        with_time = minutes and "h" in section.lower()
        return ShownDate(f"{text} {minutes // 60:02}:{minutes % 60:02}" if with_time else text)

    def _uncertain(self) -> RefusedCell:
        return RefusedCell(UNCERTAIN.format(self.code[:40]))


def number_format(code: str, *, since_1904: bool = False) -> NumberFormat:
    """The format of a code; a code that is too long counts as one that is not understood."""
    return NumberFormat(code, _sections(code) if len(code) <= LONGEST_CODE else (_UNKNOWN,), since_1904)


def _sections(code: str) -> tuple[str, ...]:
    """The sections of a code, which semicolons separate outside quotes and brackets."""
    sections = [""]
    for piece in re.findall(r'"[^"]*"|\\.|\[[^\]]*\]|.', code):
        sections[-1] += "" if piece == ";" else piece
        sections += [""] if piece == ";" else []
    return tuple(sections)


def _literal(found: re.Match[str]) -> str:
    """What a piece shows, as far as it matters; colours and padding show nothing."""
    shown = found[1] or found[2] or found[3] or ""
    return shown if re.fullmatch("[/:]?", shown) or not _DRESS.sub("", shown) else _UNKNOWN


def _is_date(section: str) -> bool:
    bare = section.replace(_UNKNOWN, "")
    return bool(re.search("[dmy]", bare, re.IGNORECASE)) and bool(_DATE.fullmatch(bare))


def _digits(value: Decimal) -> str:
    """The number without exponent or trailing zeros."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
