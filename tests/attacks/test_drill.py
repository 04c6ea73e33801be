"""The drill refuses to attack foreign hosts, and finds nothing in a portal of its own."""

import pytest

from tests.attacks.drill import NotYours, refuse_foreign


@pytest.mark.parametrize("base", ["http://127.0.0.1:8000", "http://localhost:8000", "http://[::1]:8000"])
def test_this_machine_may_be_attacked(base: str) -> None:
    refuse_foreign(base, own=[])


@pytest.mark.parametrize("base", ["http://192.0.2.7", "https://192.0.2.7:8443/acceso/", "192.0.2.7", ""])
def test_another_machine_must_be_named(base: str) -> None:
    with pytest.raises((NotYours, OSError)):
        refuse_foreign(base, own=["192.0.2.8"])


def test_a_named_address_may_be_attacked() -> None:
    refuse_foreign("http://192.0.2.7", own=["192.0.2.7"])
