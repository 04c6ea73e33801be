"""The best rule an attacker can learn picks the true option hardly more often than chance (one in five)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from recovery.facts import KINDS
from recovery.frequencies import Frequencies, measure
from recovery.questions import question
from tests.attacks import decoys
from tests.attacks.people import Person, registry


def test_no_rule_beats_chance_by_much() -> None:
    shares = decoys.run(size=4000, seed=1)
    assert len(shares) >= 20
    assert max(shares.values()) <= decoys.BOUND, shares


def share_of(rule: decoys.Rule, cases: list[decoys.Case], kinds: set[str]) -> tuple[float, float]:
    """Right picks of one rule in questions of some kinds, and three standard errors of them."""
    some = [case for case in cases if case.question.kind in kinds]
    return decoys.hits(rule, some), 3 * (0.2 * 0.8 / len(some)) ** 0.5


def test_the_issue_date_is_not_found_by_the_birthday() -> None:
    people = registry(4000, seed=3)
    for number, person in enumerate(people):
        if person.birth_date and person.issue_date and number % 10 < 7:
            day = date(person.birth_date.year + 18, person.birth_date.month, min(person.birth_date.day, 28))
            person.issue_date = day + timedelta(days=number * 37 % 45)
    figures = measure(lambda: people, decoys.decoy_bytes, decoys.NEEDED)
    rule, dates = decoys.after_coming_of_age, {"birth", "issue"}
    found, error = share_of(rule, decoys.cases_of(people, figures), dates)
    assert found <= decoys.BOUND + error
    careless = replace(figures, kept_gaps=Frequencies().kept_gaps)
    assert share_of(rule, decoys.cases_of(people, careless), dates)[0] > 0.25


def test_the_address_is_not_found_by_what_is_usual() -> None:
    people = registry(6000, seed=4)
    figures = measure(lambda: people, decoys.decoy_bytes, decoys.NEEDED)
    found, error = learnt_share(people, figures)
    assert found <= 0.2 + error
    assert learnt_share(people, replace(figures, weights={}))[0] > 0.23


def learnt_share(people: list[Person], figures: Frequencies) -> tuple[float, float]:
    cases = [case for person in people for case in address_case(person, figures)]
    half = len(cases) // 2
    return share_of(decoys.most_often_right(cases[:half]), cases[half:], {"address"})


def address_case(person: Person, figures: Frequencies) -> Iterator[decoys.Case]:
    part = KINDS["address"].part(person.address)
    if part:
        asked = question(KINDS["address"], person.document, part, figures, decoys.decoy_bytes)
        yield decoys.Case(person.document, asked, ())
