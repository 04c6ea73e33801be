"""What «Mis datos» shows of each fact. Pure.

A borrowed session must not become a takeover: nothing is shown of what a question asks for (`recovery/masked_values.py`),
nor the e-mail address that the recovery wants typed. The page is the same for two members who differ in these only.
"""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any, NamedTuple

from accounts.contact_fields import LABELS
from common.colombia.formats import documento_puntos
from recovery.addresses import street_of
from recovery.masked_values import national_digits

MISSING = "No lo tenemos"
UNUSABLE = "No sirve para las preguntas"
PREFIX = 3  # digits of a phone: the operator of a mobile, the region of a landline
SHORTEST_PHONE = 7  # digits: in a shorter one the prefix could be part of the last four
ELLIPSIS = "…"


def masked_year(value: date | None) -> str:
    """Only the year: «año 1979»."""
    return f"año {value.year}" if value else ""


def masked_phone(phone: str) -> str:
    """Only the first three digits: «310…»."""
    digits = national_digits(phone)
    if not digits:
        return ""
    return (digits[:PREFIX] if len(digits) >= SHORTEST_PHONE else "") + ELLIPSIS


def masked_address(address: str) -> str:
    """The street without the plate number: «Calle 73 # 44-…»."""
    return street_of(address) + ELLIPSIS if address.strip() else ""


def masked_email(email: str) -> str:
    """First letter and domain: «r…@correo.com»."""
    name, at, domain = email.rpartition("@")
    if not at:
        return ELLIPSIS if email else ""
    return f"{name[:1]}{ELLIPSIS}@{domain}"


class Fact(NamedTuple):
    """One line of the page: label, masked value, and what is wrong with it."""

    label: str
    value: str
    note: str = ""


class Line(NamedTuple):
    label: str
    field: str
    mask: Callable[[Any], str] = str
    kind: str = ""  # of the question about it


LINES = (
    Line("Documento", "document", documento_puntos),
    Line("Nombre", "full_name"),
    Line("Fecha de nacimiento", "birth_date", masked_year, "birth"),
    Line("Expedición del documento", "issue_date", masked_year, "issue"),
    Line(LABELS["email"], "email", masked_email),
    Line(LABELS["mobile"], "mobile", masked_phone, "mobile"),
    Line(LABELS["landline"], "landline", masked_phone, "landline"),
    Line(LABELS["address"], "address", masked_address, "address"),
    Line(LABELS["city"], "city"),
    Line("Agencia", "branch"),
)


def masked_facts(member: Any, missing: Collection[str]) -> list[Fact]:
    """What the registry holds of `member`, masked. `missing` are the kinds of fact that questions still need."""
    return [_fact(line, line.mask(getattr(member, line.field)), line.kind in missing) for line in LINES]


def _fact(line: Line, value: str, needed: bool) -> Fact:
    return Fact(line.label, value or MISSING, UNUSABLE if value and needed else "")
