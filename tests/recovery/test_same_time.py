"""Members and strangers take the same time at each step, as far as so few samples can tell (three standard errors).

The long run is `python -m tests.attacks.recovery_sameness 2000`.
"""

import pytest

from tests.attacks.recovery_sameness import add_members, bound_for, measure

SAMPLES = 25


def worst(samples: int) -> float:
    return max(max(found, 1 - found) for found in measure(samples).values())


@pytest.mark.django_db
def test_time_does_not_distinguish_members_from_strangers() -> None:
    add_members(3 * SAMPLES)
    if worst(SAMPLES) > bound_for(SAMPLES):  # of six areas, chance alone puts one outside in one run of sixty
        assert worst(3 * SAMPLES) <= bound_for(3 * SAMPLES)
