"""The fixed groups of nine: they never change, and the values of one look alike to an outsider."""

from collections import Counter
from datetime import date

import pytest

from recovery.answer_groups import GROUP_SIZE, GROUPS, group_number, groups_digest, hidden_value
from recovery.masked_values import BIRTH_DAYS, KINDS
from tests.attacks.simulated_portal import decoy_bytes

FROZEN = "c6aa04b287d5073b75375a53852702aef673f160db56c5cf1771d01f33c6aa9b"


def test_the_groups_never_change() -> None:
    """To change one group is to change the options of members in use, who then may be told from strangers."""
    assert groups_digest() == FROZEN


@pytest.mark.parametrize("kind", KINDS)
def test_a_group_holds_nine_values_in_order_and_a_value_has_one_group(kind: str) -> None:
    values = [value for group in GROUPS[kind] for value in group]
    assert {len(group) for group in GROUPS[kind]} == {GROUP_SIZE}
    assert all(list(group) == sorted(group) for group in GROUPS[kind])
    assert len(set(values)) == len(values)
    assert set(values) <= set(KINDS[kind].values)
    assert all(value in GROUPS[kind][group_number(kind, value) or 0] for value in values)


@pytest.mark.parametrize(("kind", "left_over"), [("issue", 8), ("birth", 4), ("mobile", 72), ("landline", 72), ("address", 0)])
def test_few_values_are_left_over(kind: str, left_over: int) -> None:
    without = [value for value in KINDS[kind].values if group_number(kind, value) is None]
    assert len(without) == left_over


def test_whatever_the_year_an_issue_group_falls_on_one_weekday() -> None:
    """But for the weeks before Christmas, and the step at 29 February in leap years."""
    uneven = Counter(
        number
        for number, group in enumerate(GROUPS["issue"])
        for year in range(1960, 2030)
        if len({date(year, int(value[:2]), int(value[3:])).weekday() for value in group}) > 1
    )
    before_christmas = {number for number, group in enumerate(GROUPS["issue"]) if group[0] >= "11-14"}
    leap = {number for number, group in enumerate(GROUPS["issue"]) if group[0] < "03-01" <= group[-1]}
    assert set(uneven) == before_christmas | leap
    assert {uneven[number] for number in leap} == {18}
    assert len(before_christmas) == 4


def test_issue_and_birth_groups_lie_within_one_season() -> None:
    assert max(_days(group) for group in GROUPS["issue"]) <= 66
    liked = 3
    assert max(_days(group) for group in GROUPS["birth"][liked:]) <= 12


def _days(group: tuple[str, ...]) -> int:
    first, *_, last = (date(2001, int(value[:2]), int(value[3:])) for value in group)
    return (last - first).days


def test_liked_birth_dates_are_among_themselves() -> None:
    liked = {day for group in GROUPS["birth"][:3] for day in group}
    assert {day for day in BIRTH_DAYS if day.endswith(("-01", "-15"))} <= liked
    assert len(liked) == 27


@pytest.mark.parametrize("kind", ["mobile", "landline"])
def test_phones_of_a_group_share_the_digits_that_mail_providers_show(kind: str) -> None:
    assert {len({value[2:] for value in group}) for group in GROUPS[kind]} == {1}


def test_plates_are_round_together_or_neighbours() -> None:
    tens, fives, *others = GROUPS["address"]
    assert all(int(plate) % 10 == 0 for plate in tens)
    assert all(int(plate) % 10 == 5 for plate in fives)
    assert all(int(group[-1]) - int(group[0]) <= 11 for group in others)


def test_the_hidden_value_is_one_of_the_nine_each_as_often() -> None:
    places = Counter(
        GROUPS["mobile"][number].index(hidden_value("mobile", number, decoy_bytes)) for number in range(len(GROUPS["mobile"]))
    )
    usual = len(GROUPS["mobile"]) / GROUP_SIZE
    assert set(places) == set(range(GROUP_SIZE))
    assert all(abs(count - usual) < 4 * usual**0.5 for count in places.values())


def test_another_key_hides_other_values() -> None:
    def other(*words: str) -> bytes:
        return decoy_bytes("other", *words)

    moved = sum(
        hidden_value("mobile", number, decoy_bytes) != hidden_value("mobile", number, other)
        for number in range(len(GROUPS["mobile"]))
    )
    assert moved > 0.8 * len(GROUPS["mobile"])
