"""`kill -9` at any moment, with the mail server briefly down: no key without its mail, no mail without its key."""

from tests.attacks import recovery_kills


def test_nothing_is_half_done_after_kills() -> None:
    found = recovery_kills.run(kills=3, without_mail=1)
    assert found["temporary keys"] > 0
    assert {what: number for what, number in found.items() if number and what not in recovery_kills.MAY_BE_ANY} == {}
