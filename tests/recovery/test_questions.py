"""The three questions of a document: the same for ever, and the same for a whole household."""

import hmac
import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from accounts.models import Member
from recovery.answer_groups import GROUPS, DecoyBytes, group_number, hidden_value
from recovery.challenge import ask_about
from recovery.masked_values import KINDS
from recovery.measurement import Measurement, measure
from recovery.questions import NONE_OF_THEM, Question, ask
from recovery.usable_facts import usable_facts
from tests.attacks.households import registry
from tests.attacks.simulated_portal import decoy_bytes
from tests.settings import ROOT

FULL = {"issue": "08-14", "mobile": "2827", "landline": "3419", "address": "60"}
NOT_MEASURED = Measurement()
MEASURED = measure(registry(600, seed=1))
MEASURED_AGAIN = measure(registry(900, seed=2), too_frequent=MEASURED.too_frequent)


def another_key(*words: str) -> bytes:
    return hmac.digest(b"another", "\0".join(words).encode(), "sha256")


def questions(
    facts: dict[str, str], document: str = "32451867", key: DecoyBytes = decoy_bytes, measurement: Measurement = MEASURED
) -> tuple[Question, ...]:
    return ask(document=document, facts=facts, measurement=measurement, decoy_bytes=key)


def texts(question: Question) -> list[str]:
    return [option.text for option in question.options]


def chosen(question: Question) -> str:
    (text,) = [option.text for option in question.options if option.value == question.right]
    return text


some_facts = some.fixed_dictionaries(
    {kind: some.sampled_from([value for group in GROUPS[kind] for value in group]) for kind in FULL}
)
some_documents = some.integers(10_000, 1_999_999_999).map(str)


@given(facts=some_facts, document=some_documents)
def test_nine_options_in_ascending_order_one_of_them_right(facts: dict[str, str], document: str) -> None:
    for question in questions(facts, document):
        kind, group = KINDS[question.kind], GROUPS[question.kind][group_number(question.kind, facts[question.kind]) or 0]
        hidden = hidden_value(question.kind, GROUPS[question.kind].index(group), decoy_bytes)
        assert texts(question) == [kind.reads(value) for value in group if value != hidden] + [NONE_OF_THEM]
        assert len({option.value for option in question.options}) == 9
        owner = facts[question.kind] == hidden
        assert chosen(question) == (NONE_OF_THEM if owner else kind.reads(facts[question.kind]))


def test_the_first_three_facts_are_asked() -> None:
    assert [question.kind for question in questions(FULL)] == ["issue", "mobile", "landline"]
    assert [question.kind for question in questions({"birth": "05-31", "mobile": "2827", "address": "60"})] == [
        "birth",
        "mobile",
        "address",
    ]


@given(facts=some_facts, document=some_documents)
@settings(max_examples=60)
def test_nothing_but_the_fact_changes_the_options(facts: dict[str, str], document: str) -> None:
    """Reloads, other registries and a new measurement leave all; another key leaves all but the hidden value."""
    before = questions(facts, document)
    assert questions(facts, document) == before
    assert questions(facts, document, measurement=MEASURED_AGAIN) == before
    assert questions(facts, document, measurement=NOT_MEASURED) == before
    for old, new in zip(before, questions(facts, document, another_key), strict=True):
        group = {KINDS[old.kind].reads(value) for value in GROUPS[old.kind][group_number(old.kind, facts[old.kind]) or 0]}
        assert old.kind == new.kind
        assert set(texts(old)) | set(texts(new)) <= group | {NONE_OF_THEM}
        assert len(set(texts(old)) & set(texts(new))) >= 8


@given(facts=some_facts, document=some_documents, kind=some.sampled_from(["issue", "mobile", "landline"]), data=some.data())
@settings(max_examples=60)
def test_one_changed_fact_changes_its_own_question_only(
    facts: dict[str, str], document: str, kind: str, data: some.DataObject
) -> None:
    other = data.draw(some.sampled_from([value for group in GROUPS[kind] for value in group]))
    before, after = questions(facts, document), questions(facts | {kind: other}, document)
    same_group = group_number(kind, other) == group_number(kind, facts[kind])
    for old, new in zip(before, after, strict=True):
        assert old == new if old.kind != kind else (texts(old) == texts(new)) == same_group


def test_the_import_of_others_changes_nobodys_options() -> None:
    people = registry(300, seed=8)
    first = measure(people)
    later = measure(people + registry(300, seed=9), too_frequent=first.too_frequent)
    for person in people:
        facts = usable_facts(person, too_frequent=first.too_frequent)
        if len(facts) >= 3:
            assert usable_facts(person, too_frequent=later.too_frequent) == facts
            assert questions(facts, person.document, measurement=later) == questions(facts, person.document, measurement=first)


def test_two_members_of_one_home_see_the_same_options_and_send_other_values() -> None:
    for one, other in zip(questions(FULL, "32451867"), questions(FULL, "71223904"), strict=True):
        assert texts(one) == texts(other)
        assert not {option.value for option in one.options} & {option.value for option in other.options}


@pytest.mark.parametrize("kind", ["issue", "birth", "mobile", "landline", "address"])
def test_members_of_one_group_see_the_same_options_whichever_value_is_theirs(kind: str) -> None:
    others = {name: value for name, value in FULL.items() if name != kind and name != "issue"}
    pages = [questions({kind: value, **dict(list(others.items())[:2])}) for value in GROUPS[kind][0]]
    shown = {tuple(map(str, texts(question))) for page in pages for question in page if question.kind == kind}
    rights = {question.right for page in pages for question in page if question.kind == kind}
    assert len(shown) == 1
    assert len(rights) == 9


def test_with_fewer_than_three_facts_a_member_is_asked_what_a_stranger_would_be() -> None:
    assert questions({"mobile": "2827", "address": "60"}) == questions({})
    assert len(questions({})) == 3


@given(document=some_documents)
def test_a_page_has_one_shape_for_everybody(document: str) -> None:
    member, stranger = questions(FULL, document), questions({}, document)
    assert [len(question.options) for question in member] == [len(question.options) for question in stranger] == [9, 9, 9]
    assert {len(option.value) for question in (*member, *stranger) for option in question.options} == {16}


SCRIPT = """
import django; django.setup()
from recovery.measurement import Measurement
from recovery.questions import ask
from vault.digests import decoy_bytes
facts = {"issue": "08-14", "mobile": "2827", "landline": "3419"}
print(ask(document="32451867", facts=facts, measurement=Measurement(), decoy_bytes=decoy_bytes))
print(ask(document="99999999", facts={}, measurement=Measurement(), decoy_bytes=decoy_bytes))
"""


def test_another_process_makes_the_same_questions() -> None:
    from vault.digests import decoy_bytes as real

    facts = {"issue": "08-14", "mobile": "2827", "landline": "3419"}
    here = [questions(facts, "32451867", real, NOT_MEASURED), questions({}, "99999999", real, NOT_MEASURED)]
    command = [sys.executable, "-c", SCRIPT]
    environment = {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONHASHSEED": "7", "PATH": "/usr/bin:/bin"}
    there = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert there.splitlines() == [repr(one) for one in here]


def test_a_value_without_a_group_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError):
        questions({"issue": "12-28", "mobile": "2827", "landline": "3419"})


def test_the_facts_of_a_real_person_become_questions() -> None:
    person = next(person for person in registry(50, seed=1) if person.issue_date and person.landline and person.mobile)
    person.issue_date, person.mobile, person.landline = date(1979, 8, 14), "3105552827", "6045553419"
    assert [question.kind for question in questions(usable_facts(person, too_frequent={}))] == ["issue", "mobile", "landline"]


@pytest.mark.django_db
def test_a_week_later_the_same_page_is_shown(member: Member, clock) -> None:
    before = ask_about(member.document).questions
    clock.forward(days=7)
    Member.objects.update(address="CALLE 45 No. 23 - 60", birth_date=date(1959, 5, 31), email="otra@correo.example")
    assert ask_about(member.document).questions == before
