"""An outsider's chance in a year with document and e-mail: rate limits charged for real, and by arithmetic."""

import pytest

from audit.actors import Actor
from ratelimits import rates
from ratelimits.gcra import Limit, charge
from tests.attacks import odds

BY = Actor.stranger("203.0.113.0/24")


def let_through(limit: Limit, clock, days: int = 365) -> int:
    """Attempts allowed in a year with one attempt every twelve hours."""
    taken = 0
    for _ in range(days * 2):
        while charge(limit, by=BY) is None:
            taken += 1
        clock.forward(hours=12)
    return taken


@pytest.mark.django_db
def test_the_year_of_the_answers_counts_as_the_arithmetic_says(clock) -> None:
    limit = rates.answers_document("32451867", "rosa.gomez@correo.example")
    assert let_through(limit, clock) == odds.tries(limit, odds.YEAR) == 3


@pytest.mark.django_db
def test_the_year_of_the_mail_road_counts_as_the_arithmetic_says(clock) -> None:
    limit = rates.mail_road_keys("32451867")
    assert let_through(limit, clock) == odds.tries(limit, odds.YEAR) == 21


@pytest.mark.parametrize("human", [False, True])
def test_all_ways_in_together_stay_below_one_percent(human: bool) -> None:
    assert odds.chance(human=human, email=True) <= odds.BOUNDS["email"]
