"""Cells with a date: `AAAA-MM-DD` or `DD/MM/AAAA`, and the column whose dates put the month first. Pure functions."""

import re
from collections.abc import Sequence
from datetime import date

from common.files.kinds import BadCell, Kind, PlainNumber, RememberedKind, ShownDate, tidy

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_SPANISH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_MONTH_FIRST = re.compile(r"\s*[0-9]{1,2}/(?:1[3-9]|2[0-9]|3[01])/[0-9]{2,4}\s*")
_TWO_DIGIT_YEAR = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}|[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}")
_WITH_TIME = re.compile(r"[0-9]{1,4}[-/][0-9]{1,2}[-/][0-9]{2,4}[T ].*[0-9].*")
SUSPECT_ONE_IN = 100  # dates: a larger share with the month first is no typing error (docs/decisions/0044)


class MonthFirst:
    """Refuses a column of dates with slashes when several have a second group above 12: the others are swapped, too."""

    def __init__(self) -> None:
        self.slashed = self.month_first = 0
        self.example = ""

    def look(self, cells: Sequence[str]) -> None:
        slashes = "".join(cells).count("/")
        if not slashes:
            return
        self.slashed += slashes // 2
        for cell in filter(_MONTH_FIRST.fullmatch, cells):
            self.month_first += 1
            self.example = self.example or cell.strip()

    def verdict(self) -> str:
        if self.month_first < 2 or self.month_first * SUSPECT_ONE_IN <= self.slashed:
            return ""
        return (
            f"{self.month_first} de {self.slashed} fechas tienen el mes en el primer lugar («{self.example}»), así que las"
            " demás pueden estar cambiadas sin que se note. Guarde las fechas como AAAA-MM-DD o DD/MM/AAAA."
        )


def day(*, latest: date, earliest: date = date(1880, 1, 1)) -> Kind:
    """A date between two days, inclusive."""

    def parse(cell: str) -> str:
        if not _ISO.fullmatch(cell) and not (cell := tidy(cell)):
            return ""
        year, month, day = _parts_of_date(cell)
        try:
            value = date(year, month, day)
        except ValueError:
            raise BadCell("esa fecha no existe en el calendario") from None
        if not earliest <= value <= latest:
            raise BadCell(f"la fecha debe estar entre {earliest:%d/%m/%Y} y {latest:%d/%m/%Y}")
        return value.isoformat()

    return RememberedKind(parse, (ShownDate, PlainNumber), MonthFirst)


def _parts_of_date(cell: str) -> tuple[int, int, int]:
    if found := _ISO.fullmatch(cell):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _SPANISH.fullmatch(cell):
        return int(found[3]), int(found[2]), int(found[1])
    if _TWO_DIGIT_YEAR.fullmatch(cell):
        raise BadCell("el año lleva cuatro cifras: escriba AAAA-MM-DD o DD/MM/AAAA")
    if _WITH_TIME.fullmatch(cell):
        raise BadCell("lleva hora o zona horaria: escriba solo la fecha, AAAA-MM-DD o DD/MM/AAAA")
    raise BadCell("no es una fecha: escriba AAAA-MM-DD o DD/MM/AAAA")
