"""Invented registries for the simulations of the answer groups: households of one town, with a real registry's habits.

Nothing in them is a real person. Holes: 15 % lack an issue date, 5 % a mobile phone, 45 % a landline, 7 % an address; a
fifth of the street addresses ends in «Apto». Clerks type branch phones, documents and keypad runs where a phone is missing
and 1 January where a date is. A town has its own large buildings and its own long and short blocks.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

TODAY = date(2026, 11, 1)
SEASONS = (98, 92, 104, 99, 103, 100, 101, 102, 108, 103, 96, 94)  # births by month
LIKED_DAYS = (1, 15)  # dates that clerks and parents like, half as often again as others
RURAL = ("Vereda El Carmen, finca La Esperanza", "Corregimiento Santa Elena", "Km 5 vía La Ceja", "Mz 5 Casa 12", "Mz C Lt 8")
STREETS = ("Calle", "Cl.", "CLL", "Carrera", "Cra", "KR", "Diagonal", "Transversal", "Avenida")
MARKS = (" # ", " No. ", " N° ", " ", " Nro ")
COMPLEMENTS = (" Apto 302", " Apto. 201 Torre 4", ", apartamento 1103", " AP 502")


@dataclass
class Resident:
    document: str
    birth_date: date | None
    issue_date: date | None
    mobile: str
    landline: str
    address: str
    email: str
    active: bool
    household: int


@dataclass
class Town:
    """What the members of one town share: the plates of its large buildings, its branches' phones."""

    buildings: list[int]
    branches: list[str]


def town(seed: int) -> Town:
    chance = random.Random(f"town {seed}")
    return Town([chance.randint(2, 88) for _ in range(4)], [f"604444{chance.randrange(10**4):04}" for _ in range(3)])


def registry(size: int, seed: int, of_town: int = 0) -> list[Resident]:
    """`size` members in their households."""
    chance = random.Random(f"registry {seed}")
    people: list[Resident] = []
    number = 0
    while len(people) < size:
        people += household(number, town(of_town), chance)
        number += 1
    return people[:size]


def household(number: int, place: Town, chance: random.Random) -> Iterator[Resident]:
    """One to four members with one address and one landline."""
    home, landline = address(place, chance), home_phone(place, chance)
    for _ in range(chance.choices((1, 2, 3, 4), weights=(55, 30, 10, 5))[0]):
        birth = birthday(chance)
        document = document_for(birth, chance)
        yield Resident(
            document=document,
            birth_date=birth,
            issue_date=issue_date(birth, chance),
            mobile=mobile(place, chance),
            landline=document[-7:].rjust(7, "2") if landline and chance.random() < 0.01 else landline,
            address=home,
            email="x@correo.example" if chance.random() < 0.92 else "",
            active=chance.random() < 0.97,
            household=number,
        )


def birthday(chance: random.Random) -> date:
    year = TODAY.year - min(95, max(18, round(chance.gauss(52, 17))))
    if chance.random() < 0.02:
        return date(year, 1, 1)
    month = chance.choices(range(1, 13), weights=SEASONS)[0]
    days = range(1, days_in(month) + 1)
    return date(year, month, chance.choices(days, weights=[1.5 if day in LIKED_DAYS else 1 for day in days])[0])


def days_in(month: int) -> int:
    return (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def document_for(birth: date, chance: random.Random) -> str:
    """Numbers follow age: cédulas of the old ranges, and ten digits for those born since 1986."""
    if birth.year >= 1986:
        return str(1_000_000_000 + (birth.year - 1986) * 5_500_000 + chance.randrange(15_000_000))
    return str(max(200_000, (birth.year - 1925) * 1_300_000 + chance.randrange(12_000_000)))


def issue_date(birth: date, chance: random.Random) -> date | None:
    """Most people fetch their document in the months after coming of age, some when they lost it, decades later."""
    lot = chance.random()
    if lot < 0.15:
        return None
    of_age = date(birth.year + (18 if birth.year >= 1957 else 21), birth.month, birth.day)
    if lot < 0.16:
        return date(of_age.year, 1, 1)
    wait = chance.expovariate(1 / 120) if chance.random() < 0.6 else chance.uniform(0, 12_000)
    day = min(of_age + timedelta(days=int(wait)), TODAY - timedelta(days=chance.randrange(300)))
    while not is_open(day):
        day -= timedelta(days=chance.randint(1, 6))
    return day


def is_open(day: date) -> bool:
    """Whether registry offices work: Monday to Friday, but not on holidays."""
    return day.weekday() < 5 and day not in holidays(day.year)


@cache
def holidays(year: int) -> frozenset[date]:
    """Colombia's eighteen, nine of them on Mondays since law 51 of 1983."""
    easter = easter_sunday(year)
    fixed = [date(year, *day) for day in ((1, 1), (5, 1), (7, 20), (8, 7), (12, 8), (12, 25))]
    moved = [date(year, *day) for day in ((1, 6), (3, 19), (6, 29), (8, 15), (10, 12), (11, 1), (11, 11))]
    moved += [easter + timedelta(days=days) for days in (39, 60, 68)]
    if year > 1983:
        moved = [day + timedelta(days=-day.weekday() % 7) for day in moved]
    return frozenset(fixed + moved + [easter - timedelta(days=days) for days in (2, 3)])


def easter_sunday(year: int) -> date:
    """The Gregorian rule, after the Nautical Almanac (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


def mobile(place: Town, chance: random.Random) -> str:
    lot = chance.random()
    if lot < 0.05:
        return ""
    if lot < 0.06:
        return chance.choice(("3000000000", "3001234567", f"301{place.branches[0][-7:]}"))
    return f"3{chance.choice('0125')}{chance.randrange(10)}{chance.randrange(10**7):07}"


def home_phone(place: Town, chance: random.Random) -> str:
    lot = chance.random()
    if lot < 0.45:
        return ""
    if lot < 0.48:
        return chance.choice((*place.branches, "1111111", "1234567"))
    return f"60{chance.randint(1, 8)}{chance.randint(2, 8)}{chance.randrange(10**6):06}"


def address(place: Town, chance: random.Random) -> str:
    lot = chance.random()
    if lot < 0.07:
        return ""
    if lot < 0.17:
        return chance.choice(RURAL)
    street = f"{chance.choice(STREETS)} {chance.randint(1, 150)}{chance.choice(('', '', 'A', ' Bis', ' Sur'))}"
    complement = chance.choice(COMPLEMENTS) if chance.random() < 0.2 else ""
    return f"{street}{chance.choice(MARKS)}{chance.randint(1, 120)}-{plate(place, chance):02}{complement}"


def plate(place: Town, chance: random.Random) -> int:
    """A distance in metres, seldom longer than the block; some are rounded, some are a large building's."""
    lot = chance.random()
    if lot < 0.04:
        return chance.choice(place.buildings)
    metres = chance.randint(1, chance.randint(60, 99))
    if lot < 0.10:
        return max(5, round(metres / 5) * 5)
    return max(10, round(metres / 10) * 10) if lot < 0.16 else metres
