"""Invented registries that look like a real one, for the attack scripts: nothing in them is a real person."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

TODAY = date(2026, 11, 1)
BRANCH_PHONE = "6014441000"


@dataclass
class Person:
    document: str
    birth_date: date | None
    issue_date: date | None
    mobile: str
    landline: str
    address: str


def registry(size: int, seed: int) -> list[Person]:
    """`size` people: documents follow age, 85 % have an issue date, 55 % a landline, clerks filled in defaults."""
    chance = random.Random(seed)
    return [person(chance) for _ in range(size)]


def person(chance: random.Random) -> Person:
    age = min(95, max(18, round(chance.gauss(52, 17))))
    birth = birthday(chance, TODAY.year - age)
    document = document_for(chance, birth)
    mobile = f"3{chance.choice('0125')}{chance.randrange(10)}{chance.randrange(10**7):07}"
    return Person(
        document=document,
        birth_date=date(birth.year, 1, 1) if chance.random() < 0.02 else birth,
        issue_date=issue_date(chance, birth),
        mobile=mobile if chance.random() < 0.92 else "",
        landline=landline(chance, document, mobile),
        address=address(chance),
    )


def birthday(chance: random.Random, year: int) -> date:
    """More births in spring and September, as in the country's own yearly figures."""
    month = chance.choices(range(1, 13), weights=(98, 92, 104, 99, 103, 100, 101, 102, 108, 103, 96, 94))[0]
    return date(year, month, chance.randint(1, 28 if month == 2 else 30))


def document_for(chance: random.Random, birth: date) -> str:
    if birth.year >= 1986:
        return str(1_000_000_000 + (birth.year - 1986) * 5_500_000 + chance.randrange(15_000_000))
    return str(max(200_000, (birth.year - 1925) * 1_300_000 + chance.randrange(12_000_000)))


def issue_date(chance: random.Random, birth: date) -> date | None:
    """Most people fetch their document weeks or months after coming of age; some when they lost it, decades later."""
    lot = chance.random()
    if lot < 0.15:
        return None
    if lot < 0.17:
        return date(birth.year + 20, 1, 1)
    of_age = 18 if birth.year >= 1957 else 21
    usual = chance.random() < 0.6
    wait = chance.expovariate(1 / 120) if usual else chance.uniform(0, 12_000)
    day = date(birth.year + of_age, birth.month, birth.day) + timedelta(days=int(wait))
    return min(day, TODAY - timedelta(days=chance.randrange(300)))


def landline(chance: random.Random, document: str, mobile: str) -> str:
    lot = chance.random()
    if lot < 0.45:
        return ""
    if lot < 0.48:
        return chance.choice((BRANCH_PHONE, mobile, document[-7:].rjust(7, "2"), "1111111", "1234567"))
    return f"60{chance.randint(1, 8)}{chance.randint(2, 8)}{chance.randrange(10**6):06}"


def address(chance: random.Random) -> str:
    """A plate is the distance to the corner in metres, so it is seldom longer than the block."""
    lot = chance.random()
    if lot < 0.04:
        return ""
    if lot < 0.1:
        return f"Vereda El Carmen, finca {chance.choice(('La Esperanza', 'El Recuerdo', 'Villa Luz'))}"
    plate = chance.randint(1, chance.randint(60, 99))
    street = chance.choice(("Calle", "Cl.", "Carrera", "Cra", "Diagonal", "Transversal"))
    return f"{street} {chance.randint(1, 150)} {chance.choice(('#', 'No.', ''))} {chance.randint(1, 120)}-{plate:02}"
