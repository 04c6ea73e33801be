"""What is measured in a registry, and the strangers it shapes."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest

from recovery.answer_groups import GROUPS, group_number
from recovery.measurement import LAW_MEMBERS, PLATES_LAW, SETS_LAW, THOUSAND, Measurement, measure, stranger_facts, unpacked
from recovery.usable_facts import QUESTIONS, usable_facts
from tests.attacks.households import Resident, registry
from tests.attacks.people import Person
from tests.attacks.simulated_portal import decoy_bytes


def strangers(measurement: Measurement, number: int = 3000) -> list[dict[str, str]]:
    return [stranger_facts(str(3_000_000_000 + at), measurement, decoy_bytes) for at in range(number)]


def asked(people: list[Resident], measurement: Measurement) -> list[dict[str, str]]:
    known = [usable_facts(person, too_frequent=measurement.too_frequent) for person in people]
    return [dict(list(facts.items())[:QUESTIONS]) for facts in known if len(facts) >= QUESTIONS]


def kinds_of(facts: dict[str, str]) -> tuple[str, ...]:
    return tuple(facts)


def plate_group(facts: dict[str, str]) -> int | None:
    return group_number("address", facts["address"]) if "address" in facts else None


def same_landline(members: int, others: int = 0) -> list[Person]:
    people = [Person(str(10_000_000 + at), date(1960, 3, 4), None, "", "6014441007", "") for at in range(members)]
    return people + [Person(str(20_000_000 + at), None, None, "", f"601{4_000_000 + at}", "") for at in range(others)]


def test_the_shipped_law_names_every_set_of_kinds_and_every_plate_group() -> None:
    dates = [("issue",), ("birth",), ()]
    pairs = [("mobile", "landline"), ("mobile", "address"), ("landline", "address")]
    whole = {(*day, *pair) for day in dates[:2] for pair in pairs} | {("mobile", "landline", "address")}
    assert set(SETS_LAW) == whole
    assert set(PLATES_LAW) == set(range(len(GROUPS["address"])))
    assert sum(SETS_LAW.values()) == sum(PLATES_LAW.values()) == THOUSAND


def test_the_shipped_law_fits_an_invented_registry() -> None:
    found = measure(registry(3000, seed=1))
    total = sum(found.sets.values())
    assert all(abs(found.sets[kinds] / total - share / THOUSAND) < 0.03 for kinds, share in SETS_LAW.items())


@pytest.mark.parametrize("look", [kinds_of, plate_group])
def test_strangers_are_asked_each_kind_and_plate_group_as_often_as_members(look: Callable[[dict[str, str]], object]) -> None:
    people = registry(3000, seed=5)
    measurement = measure(people)
    members = Counter(map(look, asked(people, measurement)))
    others = Counter(map(look, strangers(measurement, members.total())))
    for what in members | others:
        share = members[what] / members.total()
        error = (2 * share * (1 - share) / members.total()) ** 0.5
        assert abs(share - others[what] / members.total()) < 3.5 * error + 0.002, what


def test_a_small_registry_is_pulled_towards_the_law() -> None:
    people = [person for person in registry(1000, seed=4) if not person.landline][:200]
    found = measure(people)
    total = sum(found.sets.values())
    whole = len(asked(people, found))
    assert total == (whole + LAW_MEMBERS) * THOUSAND
    assert found.sets["issue", "mobile", "landline"] == SETS_LAW["issue", "mobile", "landline"] * LAW_MEMBERS
    assert min(found.sets.values()) > 0 < min(found.plate_groups.values())


def test_a_branch_phone_typed_for_everybody_is_not_asked() -> None:
    people = same_landline(30, others=500)
    assert measure(people).too_frequent["landline"] == {"1007"}


def test_a_landline_of_one_household_is_asked() -> None:
    assert measure(same_landline(5, others=500)).too_frequent["landline"] == frozenset()


def test_a_large_buildings_plate_is_not_asked() -> None:
    people = registry(2000, seed=3)
    for person in people[::12]:
        person.address = "Calle 10 # 20-37"
    assert "37" in measure(people).too_frequent["address"]


def test_a_new_measurement_keeps_the_values_that_are_not_asked() -> None:
    first = measure(same_landline(30, others=500))
    again = measure(registry(500, seed=2), too_frequent=first.too_frequent)
    assert again.too_frequent == first.too_frequent
    assert again.sets != first.sets


def test_a_measurement_survives_being_stored() -> None:
    found = measure(registry(500, seed=2))
    stored = unpacked(json.loads(json.dumps(found.packed())))
    assert stored == found
    assert strangers(stored, 300) == strangers(found, 300)


def test_a_stranger_is_always_asked_the_same() -> None:
    assert strangers(Measurement(), 50) == strangers(Measurement(), 50)
    assert len({tuple(facts.items()) for facts in strangers(Measurement(), 300)}) > 290


def test_a_new_measurement_of_a_grown_registry_moves_few_strangers() -> None:
    people = registry(2000, seed=6)
    before, after = strangers(measure(people[:1800])), strangers(measure(people))
    moved = sum(one != other for one, other in zip(before, after, strict=True))
    assert moved < 0.05 * len(before)


def test_strangers_have_every_answer_as_often() -> None:
    places = Counter(
        GROUPS[kind][group_number(kind, value) or 0].index(value)
        for facts in strangers(Measurement())
        for kind, value in facts.items()
    )
    usual = places.total() / 9
    assert all(abs(count - usual) < 4 * usual**0.5 for count in places.values())
