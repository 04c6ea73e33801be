"""A portal with an invented registry, as its attackers see it: every page, and for the simulation the right answers."""

import hmac
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache

from recovery.answer_groups import GROUPS, Group, group_number, hidden_value
from recovery.measurement import LEAST_MEMBERS, Measurement, measure
from recovery.usable_facts import QUESTIONS, usable_facts
from tests.attacks.households import Resident, is_open, registry

LEARNT_MEMBERS = 20_000
TOWNS, ELSEWHERE = 3, 900  # attacked registries lie in one of three towns; the attacker comes from another


def decoy_bytes(*words: str) -> bytes:
    return hmac.digest(b"simulation", "\0".join(words).encode(), "sha256")


@dataclass(frozen=True)
class Case:
    """One question: all but `right` is seen by the attacker."""

    kind: str
    number: int
    document: str
    hidden: str
    relatives: int  # members of the household whose pages show the same group
    right: str

    @property
    def group(self) -> Group:
        return GROUPS[self.kind][self.number]


Triple = tuple[Case, ...]


@dataclass
class Portal:
    """A registry behind its portal."""

    people: list[Resident]
    measurement: Measurement
    facts: list[dict[str, str]]
    triples: list[Triple]  # of those who are asked their own facts
    owners: list[Resident]  # whose triples they are


def portal(people: list[Resident], measurement: Measurement | None = None) -> Portal:
    if measurement is None:
        measurement = measure(people) if len(people) >= LEAST_MEMBERS else Measurement()
    facts = [usable_facts(person, too_frequent=measurement.too_frequent) for person in people]
    homes: dict[tuple[int, str, int | None], int] = Counter(
        (person.household, kind, group_number(kind, value))
        for person, known in zip(people, facts, strict=True)
        for kind, value in known.items()
    )
    able = [(person, known) for person, known in zip(people, facts, strict=True) if len(known) >= QUESTIONS]
    triples = [tuple(case(person, kind, known[kind], homes) for kind in list(known)[:QUESTIONS]) for person, known in able]
    return Portal(people, measurement, facts, triples, [person for person, _ in able])


def case(person: Resident, kind: str, value: str, homes: dict[tuple[int, str, int | None], int]) -> Case:
    number = group_number(kind, value)
    assert number is not None
    hidden = hidden_value(kind, number, decoy_bytes)
    return Case(kind, number, person.document, hidden, homes[person.household, kind, number] - 1, value)


@cache
def portal_elsewhere(of_town: int, members: int) -> Portal:
    return portal(registry(members, seed=1000 + of_town, of_town=of_town))


def band(document: str) -> int:
    """Documents of one band were given to people of about one age."""
    number = int(document)
    return number // 4_000_000 if number < 10**9 else 100 + (number - 10**9) // 11_000_000


@cache
def days_open(value: str, year: int) -> bool:
    month, day = map(int, value.split("-"))
    return is_open(date(year, month, day))


def standard_error(share: float, number: int) -> float:
    return (share * (1 - share) / number) ** 0.5


def coverage(size: int, registries: int) -> tuple[float, float]:
    """Share of active members with an e-mail who can recover by questions, and its standard error."""
    able = asked = 0
    for seed in range(1, registries + 1):
        found = portal(registry(size, seed, of_town=seed % TOWNS))
        for person, facts in zip(found.people, found.facts, strict=True):
            asked += person.active and bool(person.email)
            able += person.active and bool(person.email) and len(facts) >= QUESTIONS
    return able / asked, standard_error(able / asked, asked)
