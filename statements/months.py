"""Calendar months: parse and format «2021-10», first and last day, months between two. Pure functions."""

import datetime as dt
import re
from dataclasses import dataclass

from common.colombia.formats import mes_largo


@dataclass(frozen=True, order=True)
class Month:
    year: int
    number: int  # 1 to 12

    @classmethod
    def of(cls, day: dt.date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month | None":
        """`AAAA-MM`, or None when the text is no month."""
        found = re.fullmatch(r"(2\d{3}|19\d{2})-(0[1-9]|1[0-2])", text, re.ASCII)
        return cls(int(found[1]), int(found[2])) if found else None

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02}"

    @property
    def name(self) -> str:
        return mes_largo(self.first_day)

    @property
    def first_day(self) -> dt.date:
        return dt.date(self.year, self.number, 1)

    @property
    def last_day(self) -> dt.date:
        return self.next.first_day - dt.timedelta(days=1)

    @property
    def next(self) -> "Month":
        return self.plus(1)

    def plus(self, months: int) -> "Month":
        year, index = divmod(self.year * 12 + self.number - 1 + months, 12)
        return Month(year, index + 1)


def months_between(first: Month, last: Month) -> list[Month]:
    """Every month from `first` to `last`, both included, oldest first."""
    count = (last.year - first.year) * 12 + last.number - first.number
    return [first.plus(step) for step in range(count + 1)]
