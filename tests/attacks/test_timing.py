"""The time of a wrong key reveals nothing. The long run is `python -m tests.attacks.timing --samples 2000`."""

import pytest

from tests.attacks.timing import area, areas, bound, measure

SAMPLES = 30


def test_the_area_is_one_for_what_always_differs_and_half_for_what_never_does() -> None:
    assert area([2.0, 3.0], [0.0, 1.0]) == 1
    assert area([1.0, 1.0], [1.0, 1.0]) == 0.5
    assert bound(2000) == 0.53


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["0417", "48271", "604172"])
def test_a_wrong_key_takes_as_long_in_every_state(key: str) -> None:
    found = areas(measure(SAMPLES, key))
    if max(found.values()) > bound(SAMPLES):  # six areas at three standard errors: chance alone exceeds one in sixty runs
        found = areas(measure(3 * SAMPLES, key))
        assert max(found.values()) <= bound(3 * SAMPLES), found
