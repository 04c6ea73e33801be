"""The result of a figure in the published tables."""

from tests.bench.figures import GOALS, Figure
from tests.bench.report import _row


def test_a_figure_is_named_after_the_best_bound_it_meets():
    assert Figure(1, 0.95).result == "moonshot"
    assert Figure(1, 0.85).result == "goal"
    assert Figure(1, 0.40).result == "missed by 50%"
    assert Figure(3, 0.24).result == "missed by 100%"
    assert Figure(14, 0.5).result == "goal"  # that bound has no moonshot


def test_keys_faster_than_their_hashes_are_no_triumph():
    assert Figure(11, 0.99).result == "moonshot"
    assert "no cost beside the hash was seen" in Figure(11, 1.1).result


def test_a_goal_not_measured_here_keeps_the_row_it_has():
    row = _row(1, {"value": 0.95, "beside": {"Argon2 ms": 24.2}, "at": "2026-11-24 20:00", "load": 0.3}, [])
    assert row.count("|") == 9
    assert _row(1, None, [row]) == row
    assert "not measured yet" in _row(2, None, [row])


def test_every_goal_has_a_row_and_every_run_belongs_to_goals():
    from tests.bench.__main__ import LONG, RUNS

    assert sorted(number for numbers in RUNS for number in numbers) == sorted(GOALS)
    assert set(GOALS) >= LONG
