"""The attack with a bought list in its short form: 2,000 pairs are `python -m tests.attacks.bought_list`.

Processor time is left to the long form: twenty samples a side say little.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from ratelimits import rates
from tests.attacks import odds
from tests.attacks.bought_list import BEST_RULE, BOUND, COUNTED_ROWS, attack, problems

ABLE = 0.86  # share of members who can recover by questions


@pytest.mark.django_db
def test_a_bought_list_lets_few_members_fall_and_none_once_the_limit_is_used_up() -> None:
    day = attack(150, timezone.now(), timedelta(hours=1))
    limit = rates.answers_portal(0)
    assert limit.burst <= day.judged <= odds.tries(limit, timedelta(hours=1))
    assert min(len(day.times[True]), len(day.times[False])) >= COUNTED_ROWS
    assert problems(day) == []


def test_two_thousand_wrong_answers_of_a_day_stay_within_the_bound_by_arithmetic() -> None:
    """Pairs at equal distances; the first answer that finds the limit used up is judged too, and raises the alarm."""
    limit, pairs = rates.answers_portal(10_000), 2000
    aged = timedelta(days=1) / limit.every / pairs  # meanwhile, for each pair
    judged = 1 + next(number for number in range(pairs) if number - number * aged + 1 > limit.burst)
    assert judged == 103
    assert judged * BEST_RULE * ABLE / odds.ANSWERS <= BOUND


def test_who_stays_below_the_limit_has_as_many_answers_as_the_threats_say() -> None:
    """No alarm is raised; even with the best rule the first day stays within the bound."""
    limit = rates.answers_portal(10_000)
    assert odds.tries(limit, timedelta(days=1)) == 150
    assert 150 * BEST_RULE * ABLE / odds.ANSWERS <= BOUND
