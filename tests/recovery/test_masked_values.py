"""What a question may show of each fact, and which values are not usable."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from recovery.answer_groups import group_number
from recovery.masked_values import KINDS, Kind
from recovery.measurement import Measurement
from recovery.usable_facts import local_numbers, missing_kinds, usable_facts
from tests.attacks.people import Person

FACTS = [
    ("birth", date(1958, 5, 31), "31 de mayo"),
    ("birth", date(1958, 12, 25), "25 de diciembre"),
    ("birth", date(1958, 1, 1), ""),
    ("birth", date(1960, 2, 29), ""),
    ("birth", date(1960, 12, 30), ""),  # left over
    ("birth", None, ""),
    ("issue", date(1979, 8, 14), "14 de agosto"),
    ("issue", date(1979, 1, 1), ""),
    ("issue", date(1980, 2, 29), ""),
    ("issue", date(1979, 5, 1), ""),
    ("issue", date(1979, 7, 20), ""),
    ("issue", date(1979, 8, 7), ""),
    ("issue", date(1979, 12, 8), ""),
    ("issue", date(1979, 12, 25), ""),
    ("issue", date(1979, 12, 28), ""),  # left over
    ("issue", None, ""),
    ("mobile", "3105552827", "termina en 2827"),
    ("mobile", "573105552827", "termina en 2827"),
    ("mobile", "+57 310 555 28 27", "termina en 2827"),
    ("mobile", "(310) 555-2827", "termina en 2827"),
    ("mobile", "3105552222", ""),
    ("mobile", "3105552828", ""),  # left over: the pair said twice
    ("mobile", "3001234567", ""),
    ("mobile", "3000009876", ""),
    ("mobile", "3000007890", ""),
    ("mobile", "3000003210", ""),
    ("mobile", "3000002580", ""),
    ("mobile", "3000000000", ""),
    ("mobile", "6045552827", ""),
    ("mobile", "5552827", ""),
    ("mobile", "3105552827 3105552830", ""),
    ("mobile", "", ""),
    ("landline", "6045553419", "termina en 3419"),
    ("landline", "5553419", "termina en 3419"),
    ("landline", "45553419", "termina en 3419"),
    ("landline", "57 604 555 3419", "termina en 3419"),
    ("landline", "0000000", ""),
    ("landline", "1111111", ""),
    ("landline", "1234567", ""),
    ("landline", "5553419 ext 12", ""),
    ("landline", "5553419 / 5553420", ""),
    ("landline", "", ""),
    ("address", "Calle 45 # 23-90", "90"),
    ("address", "Calle 45 # 23-05", "05"),
    ("address", "Calle 45 # 23-5", "05"),
    ("address", "Calle 73 # 44-60 Apto 302", "60"),
    ("address", "Calle 45 # 23-91", ""),
    ("address", "Calle 45 # 23-195", ""),
    ("address", "Calle 45 # 23-00", ""),
    ("address", "Finca La Esperanza", ""),
    ("address", "", ""),
]


@pytest.mark.parametrize(("kind", "value", "reads"), FACTS)
def test_a_fact_shows_one_masked_value_or_is_not_asked(kind: str, value: object, reads: str) -> None:
    masked = KINDS[kind].mask(value)
    assert (KINDS[kind].reads(masked) if group_number(kind, masked) is not None else "") == reads


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_shipped_value_reads_and_differs(kind: Kind) -> None:
    assert len(set(map(kind.reads, kind.values))) == len(kind.values) >= 90
    assert list(kind.values) == sorted(kind.values)


def facts(own_phones: Sequence[str] = (), **fields: Any) -> dict[str, str]:
    known: dict[str, Any] = {
        "document": "32451867",
        "birth_date": date(1958, 5, 31),
        "issue_date": date(1979, 8, 14),
        "mobile": "3105552827",
        "landline": "6045553419",
        "address": "Calle 45 # 23-60",
    }
    return usable_facts(Person(**known | fields), too_frequent={}, own_phones=local_numbers(own_phones))


def test_the_issue_date_comes_first_and_alone() -> None:
    assert list(facts()) == ["issue", "mobile", "landline", "address"]


@pytest.mark.parametrize("issue_date", [None, date(1979, 1, 1), date(1979, 7, 20), date(1979, 12, 28)])
def test_without_a_usable_issue_date_the_birth_date_is_asked(issue_date: date | None) -> None:
    assert list(facts(issue_date=issue_date)) == ["birth", "mobile", "landline", "address"]


def test_a_phone_equal_to_the_other_or_to_the_document_is_not_usable() -> None:
    assert list(facts(landline="5552827")) == ["issue", "mobile", "address"]
    assert list(facts(document="32452827")) == ["issue", "landline", "address"]
    assert list(facts(document="32453419")) == ["issue", "mobile", "address"]


@pytest.mark.parametrize("own", ["(604) 555 3419", "604 5553419", "5553419", "+57 604 555 3419"])
def test_the_cooperatives_own_phones_are_not_usable(own: str) -> None:
    assert list(facts(own_phones=[own])) == ["issue", "mobile", "address"]
    assert list(facts(own_phones=[own], mobile="3105553419", landline="")) == ["issue", "address"]


def test_another_phone_with_the_same_last_four_digits_is_usable() -> None:
    assert "landline" in facts(own_phones=["604 444 3419"])


def test_an_empty_own_phone_takes_nobodys_phone_away() -> None:
    assert facts(own_phones=["", "sin teléfono"], landline="") == facts(landline="")


def test_a_value_too_frequent_here_is_not_usable() -> None:
    person = Person("32451867", date(1958, 5, 31), date(1979, 8, 14), "3105552827", "6045553419", "")
    found = usable_facts(person, too_frequent=Measurement(too_frequent={"issue": frozenset({"08-14"})}).too_frequent)
    assert list(found) == ["birth", "mobile", "landline"]


def test_what_is_missing_is_named_and_one_date_is_enough() -> None:
    assert missing_kinds(facts(landline="", address="Finca La Esperanza")) == ["landline", "address"]
    assert missing_kinds(facts(issue_date=None, mobile="")) == ["mobile"]
    assert missing_kinds(facts(issue_date=None, birth_date=date(1960, 1, 1))) == ["issue", "birth"]
