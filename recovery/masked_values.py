"""The kinds of fact the recovery asks about, and the masked value a question may show of each. Pure.

A masked value is the day and month of a date, the last four digits of a phone, or the plate number of an address.
`Kind.values` lists the masked values the portal ships as usable; the rest stand out to an outsider. A value is asked only
if it also has an answer group (`answer_groups.py`) and fits the other facts of its member (`usable_facts.py`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from common.colombia.formats import MONTHS
from recovery.addresses import plate_number

DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

# The default of many registries, and a day that one year in four has.
ODD_DAYS = frozenset({"01-01", "02-29"})
# Colombian holidays of fixed date: no registry office issues a document on them.
FIXED_HOLIDAYS = frozenset({"01-01", "05-01", "07-20", "08-07", "12-08", "12-25"})
HIGHEST_PLATE = 90  # few blocks are longer, so a higher number among the options would not be believed

_KEYPAD_LINES = ("01234567890", "09876543210", "2580", "0852")


@dataclass(frozen=True)
class Kind:
    """One kind of fact.

    `name` is stored with each attempt and never changes. `label` is for staff, `wording` and `hint` for members. `mask`
    returns the masked value of what the registry holds in `field`, or "" for what is not a date, phone or address of the
    expected form. `reads` returns the text of an option.
    """

    name: str
    label: str
    field: str
    wording: str
    hint: str
    mask: Callable[[Any], str]
    values: tuple[str, ...]
    reads: Callable[[str], str]


def day_and_month(value: date | None) -> str:
    return f"{value:%m-%d}" if value else ""


def last_four_of_mobile(value: str) -> str:
    digits = national_digits(value)
    return digits[-4:] if len(digits) == 10 and digits[0] == "3" else ""


def last_four_of_landline(value: str) -> str:
    digits = national_digits(value)
    return digits[-4:] if len(digits) in (7, 8, 10) else ""


def national_digits(phone: str) -> str:
    """The digits of a phone number without Colombia's country code 57."""
    digits = "".join(re.findall("[0-9]", phone or ""))
    return digits[2:] if len(digits) > 10 and digits.startswith("57") else digits


def two_digit_plate(value: str) -> str:
    plate = plate_number(value or "")
    return "" if plate is None else f"{plate:02}"


def read_day(value: str) -> str:
    month, day = value.split("-")
    return f"{int(day)} de {MONTHS[int(month) - 1]}"


def read_phone(value: str) -> str:
    return f"termina en {value}"


def read_plate(value: str) -> str:
    return value


def _is_keypad_run(digits: str) -> bool:
    return any(digits in line for line in _KEYPAD_LINES)


DAYS = tuple(f"{month:02}-{day:02}" for month, last in enumerate(DAYS_OF_MONTH, 1) for day in range(1, last + 1))
BIRTH_DAYS = tuple(day for day in DAYS if day not in ODD_DAYS)
ISSUE_DAYS = tuple(day for day in DAYS if day not in ODD_DAYS | FIXED_HOLIDAYS)
FOUR_DIGITS = tuple(
    digits for digits in (f"{number:04}" for number in range(10_000)) if len(set(digits)) > 1 and not _is_keypad_run(digits)
)
PLATES = tuple(f"{number:02}" for number in range(1, HIGHEST_PLATE + 1))

DATE_HINT = "Mostramos el día y el mes"
PHONE_HINT = "Mostramos los 4 últimos números"

# In the order they are asked in; a member with an issue date is not asked the birth date.
KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            name="issue",
            label="fecha de expedición",
            field="issue_date",
            wording="¿Cuál es la fecha de expedición de su documento?",
            hint=DATE_HINT,
            mask=day_and_month,
            values=ISSUE_DAYS,
            reads=read_day,
        ),
        Kind(
            name="birth",
            label="fecha de nacimiento",
            field="birth_date",
            wording="¿Cuál es su fecha de nacimiento?",
            hint=DATE_HINT,
            mask=day_and_month,
            values=BIRTH_DAYS,
            reads=read_day,
        ),
        Kind(
            name="mobile",
            label="celular",
            field="mobile",
            wording="¿Con cuál de estos números de celular ha tenido relación?",
            hint=PHONE_HINT,
            mask=last_four_of_mobile,
            values=FOUR_DIGITS,
            reads=read_phone,
        ),
        Kind(
            name="landline",
            label="teléfono fijo",
            field="landline",
            wording="¿Con cuál de estos números de teléfono fijo ha tenido relación?",
            hint=PHONE_HINT,
            mask=last_four_of_landline,
            values=FOUR_DIGITS,
            reads=read_phone,
        ),
        Kind(
            name="address",
            label="dirección",
            field="address",
            wording="¿Qué número va después del guion en la dirección de su casa?",
            hint="Por ejemplo, en Calle 5 # 12-34 es el 34",
            mask=two_digit_plate,
            values=PLATES,
            reads=read_plate,
        ),
    )
}
FIELDS = tuple(kind.field for kind in KINDS.values())
