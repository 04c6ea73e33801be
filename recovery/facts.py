"""The kinds of fact the recovery asks about. Pure: no database, clock or chance.

A fact is shown only by its *part*: day and month of a date, last four digits of a phone, last number of an address.
A kind says how the part is cut out of what the registry holds, which parts are usable (near uniform over people; all
others would stand out among decoys) and how a part reads. A sixth kind is one more entry of `KINDS` and nothing else.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

MONTHS = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# Default of many registries, and a day only one year in four has.
ODD_DAYS = {"01-01", "02-29"}
# Colombian holidays of fixed date: no registry office issues a document on them.
CLOSED_DAYS = {"05-01", "07-20", "08-07", "12-08", "12-25"}
# What clerks type when there is no phone: runs of the keypad.
RUNS = {"0123", "1234", "2345", "3456", "4567", "5678", "6789", "7890", "9876", "8765", "7654", "6543", "5432", "4321"}

# ... crossing, separator, house plate: «Calle 45 # 12-95», «CL 45 12A 95», «Cra 7 No. 12 bis - 95».
PLATE = re.compile(r"\d\s?[a-z]?(?:\s?bis)?(?:\s*[-–—]\s*|\s+)(\d{1,2})[\s.,;]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Kind:
    """One kind of fact: what staff call it, which member field holds it, how its part is cut out, asked and read."""

    name: str
    label: str
    field: str
    wording: str
    cut: Callable[[Any], str]
    parts: tuple[str, ...]
    reads: Callable[[str], str]

    def part(self, value: Any) -> str:
        """The part of `value` that may be shown, in canonical form; "" when the fact is missing or not usable."""
        part = self.cut(value) if value else ""
        return part if part in USABLE[self.name] else ""


def day_and_month(value: date) -> str:
    return f"{value:%m-%d}"


def last_four(value: str, lengths: tuple[int, ...]) -> str:
    digits = re.sub(r"\D", "", value)
    if len(digits) > 10 and digits.startswith("57"):
        digits = digits[2:]
    return digits[-4:] if len(digits) in lengths else ""


def last_four_of_mobile(value: str) -> str:
    return last_four(value, (10,))


def last_four_of_landline(value: str) -> str:
    return last_four(value, (7, 8, 10))


def last_number(value: str) -> str:
    plate = PLATE.search(value)
    return f"{int(plate[1]):02}" if plate else ""


def read_day(part: str) -> str:
    month, day = part.split("-")
    return f"{int(day)} de {MONTHS[int(month) - 1]}"


def read_phone(part: str) -> str:
    return f"termina en {part}"


def read_plate(part: str) -> str:
    return f"termina en -{part}"


DAYS = tuple(f"{month:02}-{day:02}" for month, last in enumerate(DAYS_OF_MONTH, 1) for day in range(1, last + 1))
FOUR_DIGITS = tuple(
    digits for digits in (f"{number:04}" for number in range(10_000)) if len(set(digits)) > 1 and digits not in RUNS
)
PLATES = tuple(f"{number:02}" for number in range(1, 100))

KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            name="birth",
            label="fecha de nacimiento",
            field="birth_date",
            wording="¿Cuál es su fecha de nacimiento?",
            cut=day_and_month,
            parts=tuple(day for day in DAYS if day not in ODD_DAYS),
            reads=read_day,
        ),
        Kind(
            name="issue",
            label="fecha de expedición",
            field="issue_date",
            wording="¿Cuál es la fecha de expedición de su documento?",
            cut=day_and_month,
            parts=tuple(day for day in DAYS if day not in ODD_DAYS | CLOSED_DAYS),
            reads=read_day,
        ),
        Kind(
            name="mobile",
            label="celular",
            field="mobile",
            wording="¿Con cuál de estos números de celular ha tenido relación?",
            cut=last_four_of_mobile,
            parts=FOUR_DIGITS,
            reads=read_phone,
        ),
        Kind(
            name="landline",
            label="teléfono fijo",
            field="landline",
            wording="¿Con cuál de estos números de teléfono fijo ha tenido relación?",
            cut=last_four_of_landline,
            parts=FOUR_DIGITS,
            reads=read_phone,
        ),
        Kind(
            name="address",
            label="dirección",
            field="address",
            wording="¿En qué número termina la dirección de su casa?",
            cut=last_number,
            parts=PLATES,
            reads=read_plate,
        ),
    )
}
USABLE = {kind.name: frozenset(kind.parts) for kind in KINDS.values()}
FIELDS = tuple(kind.field for kind in KINDS.values())
