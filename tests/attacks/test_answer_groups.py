"""The simulations of the answer groups in their short form: the long one is a command of its own.

Bounds are those of 300 members and more; a short run may miss them by three standard errors.
"""

from datetime import date

import pytest

from recovery.masked_values import KINDS
from recovery.measurement import Measurement
from tests.attacks import answer_groups_simulation as simulation
from tests.attacks.acquaintances import chances
from tests.attacks.answer_rules import Learnt, Tally, learnt_rules, tally
from tests.attacks.households import is_open, registry
from tests.attacks.member_suspicion import auc, tell_apart
from tests.attacks.simulated_portal import coverage, portal, standard_error

LEARNT = 3000


@pytest.fixture(scope="module")
def found() -> dict[str, Tally]:
    return simulation.guess(600, registries=4, learnt_members=LEARNT)


def test_no_rule_learnt_elsewhere_finds_the_answer_to_a_question(found: dict[str, Tally]) -> None:
    assert len(found) >= 20
    for name, hits in found.items():
        assert hits.share() <= simulation.QUESTION_BOUND + 3 * hits.error(), name


@pytest.mark.parametrize("kind", KINDS)
def test_no_rule_finds_the_answers_of_one_kind(kind: str, found: dict[str, Tally]) -> None:
    for name, hits in found.items():
        assert hits.share(kind) <= simulation.KIND_BOUND + 3 * hits.error(kind), name


def test_no_rule_finds_all_three_answers(found: dict[str, Tally]) -> None:
    for name, hits in found.items():
        bound = simulation.TRIPLE_BOUND
        assert hits.whole / hits.triples <= bound + 3 * standard_error(bound, hits.triples), name


def test_the_rules_find_a_leak_where_there_is_one() -> None:
    """Two plates of one group for everybody, one twice as often; what is too frequent is asked all the same."""
    people = registry(600, seed=1)
    for number, person in enumerate(people):
        person.address, person.landline = f"Calle 10 # 20-{14 if number % 3 else 16}", ""
    leaky = portal(people, Measurement())
    rules = learnt_rules("here", Learnt(leaky), leaky.measurement)
    best = max(tally(rule, leaky.triples).share("address") for rule in rules.values())
    assert best > 0.6
    assert portal(people).measurement.too_frequent["address"] == {"14", "16"}


@pytest.mark.parametrize("calendar", [False, True])
def test_kinds_and_groups_do_not_tell_members_from_strangers(calendar: bool) -> None:
    area, error = tell_apart(2000, 1, strangers=2000, calendar=calendar, learnt_members=LEARNT)
    assert area <= 0.53 + 3 * error
    area, error = tell_apart(200, 4, strangers=1000, calendar=calendar, learnt_members=LEARNT)
    assert area <= 0.56 + 3 * error


def test_the_area_under_the_curve_is_counted_right() -> None:
    assert auc([3, 4], [1, 2]) == 1
    assert auc([1, 2], [3, 4]) == 0
    assert auc([1, 1], [1, 1]) == 0.5
    assert auc([2, 1], [1, 0]) == 0.875


def test_four_in_five_members_can_recover_by_questions() -> None:
    share, error = coverage(2000, 1)
    assert share - 3 * error >= 0.8


def test_an_acquaintance_who_knows_some_facts_still_has_to_guess() -> None:
    found = chances(1000, learnt_members=LEARNT)
    assert found["nothing more"][0] <= 0.02
    assert found["wallet thief: both dates on the document"][0] <= 0.07
    assert found["acquaintance: birthday, mobile, address"][0] <= 0.33
    assert found["household without the document: all but its date"][0] <= 0.6


def test_the_invented_offices_close_on_weekends_and_holidays() -> None:
    closed = [date(2026, 1, 12), date(2026, 4, 2), date(2026, 4, 3), date(2026, 6, 29), date(2026, 11, 28), date(2026, 12, 8)]
    assert not any(map(is_open, closed))
    assert all(map(is_open, [date(2026, 1, 6), date(2026, 4, 1), date(2026, 11, 27), date(1979, 8, 14)]))
