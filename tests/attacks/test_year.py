"""An outsider's chance per member and year: by arithmetic, and by simulation through the sign-in's own code.

The long run is `python -m tests.attacks.year --members 10000`.
"""

import pytest

from accounts.keys import common_keys
from tests.attacks.odds import BOUNDS, chance, five_digits, roads
from tests.attacks.popularity import allowed_by_popularity, shares
from tests.attacks.year import simulate


def test_the_sum_over_all_ways_in_stays_within_the_published_bounds() -> None:
    assert chance() <= BOUNDS["random"]
    assert chance(human=True) <= BOUNDS["human"]
    assert chance(email=True) <= BOUNDS["email"]
    assert chance(human=True, email=True) <= BOUNDS["email"]


def test_the_popularity_adds_up_and_falls() -> None:
    assert sum(shares()) == pytest.approx(1)
    assert len(shares()) == len(allowed_by_popularity())
    assert sum(shares()[: five_digits()]) > 5 * five_digits() / 10**5  # people are far from random


@pytest.mark.django_db
@pytest.mark.parametrize("whole", [False, True], ids=["rate limits", "all roads"])
def test_a_simulated_year_allows_as_many_attempts_as_the_arithmetic(whole: bool) -> None:
    members = 2
    year = simulate(members, whole=whole)
    chosen, temporary, initial, mailed, answers = (members * road.tries for road in roads(email=True))
    assert year.compared["chosen"] == chosen
    assert year.compared["temporary"] == temporary
    assert initial - 2 * members <= year.compared["initial"] <= initial  # the thirtieth day is the letter's last
    assert year.compared["mailed"] == mailed
    assert year.compared["answers"] == answers


def test_common_keys_take_at_most_a_tenth_of_the_space_and_hold_the_popular_fours() -> None:
    assert len(common_keys()) <= 10_000
    assert {"12347", "91234", "55552", "43219", "00007"} <= common_keys()
    assert not {"48271", "48279", "60382", "90352"} & common_keys()
