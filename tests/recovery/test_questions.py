"""From facts to options: always the same, and nothing about them tells which is true."""

import subprocess
import sys
from collections import Counter
from datetime import date
from typing import Any

import pytest

from accounts.models import Member
from recovery.challenge import ask_about
from recovery.facts import KINDS
from recovery.frequencies import Frequencies, known_parts, measure
from recovery.questions import NONE_OF_THEM, Question, ask, invent, question
from tests.attacks import decoys
from tests.attacks.people import Person, registry
from tests.settings import ROOT

EVEN = Frequencies()


def one(kind: str, document: str, part: str, figures: Frequencies = EVEN) -> Question:
    return question(KINDS[kind], document, part, figures, decoys.decoy_bytes)


def questions_of(person: Any, figures: Frequencies = EVEN) -> tuple[Question, ...]:
    parts = known_parts(person, figures, decoys.decoy_bytes)
    wanted: dict[str, Any] = {"frequencies": figures, "decoy_bytes": decoys.decoy_bytes, "needed": 4}
    return ask(document=person.document, parts=parts, **wanted)


def test_every_question_has_four_different_options_and_none_of_them() -> None:
    for number in range(500):
        asked = one("address", str(number), "37")
        assert len({option.text for option in asked.options}) == len({option.value for option in asked.options}) == 5
        assert asked.options[-1].text == NONE_OF_THEM


def test_the_true_part_is_shown_exactly_when_it_is_right() -> None:
    for number in range(500):
        asked = one("address", str(number), "37")
        shown = [option.value for option in asked.options if option.text == "termina en -37"]
        assert shown == ([] if asked.right == asked.options[-1].value else [asked.right])


def test_each_place_is_right_one_time_in_five() -> None:
    asked = [one("mobile", str(number), f"{number % 10000:04}") for number in range(10_000)]
    places = Counter([option.value for option in q.options].index(q.right) for q in asked)
    assert all(abs(places[place] - 2000) < 3 * (10_000 * 0.2 * 0.8) ** 0.5 for place in range(5))


def test_option_values_are_bound_to_the_document_and_say_nothing() -> None:
    mine, other = one("birth", "32451867", "05-31"), one("birth", "71223904", "05-31")
    assert not {option.value for option in mine.options} & {option.value for option in other.options}
    assert all(len(option.value) == 16 and "05-31" not in option.value for option in mine.options)


def test_a_question_does_not_change_while_its_own_part_does_not() -> None:
    person = Person("32451867", date(1958, 5, 31), date(1979, 8, 14), "3105552827", "6045553419", "Calle 45 # 23-95")
    before = {asked.kind: asked for asked in questions_of(person)}
    person.birth_date, person.address, person.mobile = date(1985, 5, 31), "CLL 45 No 23 - 95", "3209990706"
    after = {asked.kind: asked for asked in questions_of(person)}
    assert [kind for kind in before if before[kind] != after[kind]] == ["mobile"] * ("mobile" in before)


def test_whoever_has_three_facts_gets_the_set_of_nobody() -> None:
    person = Person("32451867", date(1958, 5, 31), date(1979, 8, 14), "3105552827", "", "")
    nobody = Person("32451867", None, None, "", "", "")
    assert questions_of(person) == questions_of(nobody)


def test_strangers_are_asked_each_kind_and_order_as_often_as_members() -> None:
    people = registry(3000, seed=5)
    figures = measure(lambda: people, decoys.decoy_bytes, 4)
    able = [person for person in people if len(known_parts(person, figures, decoys.decoy_bytes)) >= 4]
    strangers = [Person(str(3_000_000_000 + number), None, None, "", "", "") for number in range(len(able))]
    for look in (set_asked, first_asked):
        members, others = Counter(map(look, map_asked(able, figures))), Counter(map(look, map_asked(strangers, figures)))
        for what in members | others:
            share = members[what] / len(able)
            error = (2 * share * (1 - share) / len(able)) ** 0.5
            assert abs(share - others[what] / len(able)) < 3.5 * error + 0.002, what


def map_asked(people: list[Person], figures: Frequencies) -> list[list[str]]:
    return [[asked.kind for asked in questions_of(person, figures)] for person in people]


def set_asked(kinds: list[str]) -> tuple[str, ...]:
    return tuple(sorted(kinds))


def first_asked(kinds: list[str]) -> str:
    return kinds[0]


def test_invented_parts_are_always_the_same() -> None:
    assert invent("99999999", EVEN, decoys.decoy_bytes) == invent("99999999", EVEN, decoys.decoy_bytes)


SCRIPT = """
import django; django.setup()
from datetime import date
from recovery.frequencies import Frequencies
from recovery.facts import KINDS
from recovery.questions import question
from vault.digests import decoy_bytes
print(question(KINDS["birth"], "32451867", "05-31", Frequencies(), decoy_bytes))
"""


def test_another_process_makes_the_same_options() -> None:
    from vault.digests import decoy_bytes

    here = question(KINDS["birth"], "32451867", "05-31", EVEN, decoy_bytes)
    command = [sys.executable, "-c", SCRIPT]
    environment = {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONHASHSEED": "7", "PATH": "/usr/bin:/bin"}
    there = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert there.strip() == repr(here)


@pytest.mark.django_db
def test_a_week_later_the_same_page_is_shown(member: Member, clock) -> None:
    before = ask_about(member.document).questions
    clock.forward(days=7)
    Member.objects.update(address="CALLE 45 No. 23 - 95", birth_date=date(1959, 5, 31), email="otra@correo.example")
    assert ask_about(member.document).questions == before
