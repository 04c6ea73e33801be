"""Figures of the benchmark: the goals, and the measured values."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Goal:
    """`at_least`: whether more is better; both bounds in the unit of the figure."""

    measure: str
    goal: float
    moonshot: float | None
    at_least: bool

    def met(self, value: float, bound: float) -> bool:
        return value >= bound if self.at_least else value <= bound


GOALS = {
    1: Goal("sign-in POST: processor time of Argon2 alone ÷ of our server", 0.80, 0.90, True),
    2: Goal("whole sign-ins a second ÷ bare Django's, its default hasher", 6, 9, True),
    3: Goal("p95 of a whole sign-in ÷ bare Django's, its default hasher", 0.12, 0.10, False),
    4: Goal("p95 of the statement during a flood of 64 signing in ÷ without", 4, 2, False),
    5: Goal("statement of 50 rows: processor time ÷ a bare Django page's", 1.1, 0.7, False),
    6: Goal("sign-in forms a second ÷ bare Django's", 0.7, 1.0, True),
    7: Goal("whole recovery without its hash: processor time ÷ allauth's reset request", 1.0, 0.5, False),
    8: Goal("processor time at 1 million members ÷ at 10 thousand, the worst of four pages", 1.1, 1.02, False),
    9: Goal("import of new rows, validated ÷ psql COPY into the same table", 0.5, 0.75, True),
    10: Goal("import, all rows present ÷ the merge alone", 0.7, 0.9, True),
    11: Goal("initial keys in bulk a second ÷ Argon2 alone", 0.95, 0.98, True),
    12: Goal("peak memory with 64 signing in at once ÷ with 2", 1.2, 1.05, False),
    13: Goal("a month's PDF in a request, 100 movements, median milliseconds", 150, 60, False),
    14: Goal(
        "statement, 60 movements: time at 1 million members and 20 million movements ÷ at 1,000 members", 1.2, None, False
    ),
    15: Goal("statement of 10 products and 20,000 movements: time ÷ of 3 products and 60 movements", 1.3, None, False),
    16: Goal("office, 1 million members: front page, median milliseconds", 150, None, False),
    17: Goal("office, 1 million members: search by document, median milliseconds", 150, None, False),
    18: Goal("office, 1 million members: search by name, median milliseconds", 150, None, False),
    19: Goal("office, 1 million members: a member's card, median milliseconds", 150, None, False),
    20: Goal("seconds for the PDF of 10,000 letters", 15, None, False),
    21: Goal("import of new rows into SQLite ÷ executemany of the same rows", 0.5, None, True),
    22: Goal("import: peak memory, MiB", 150, None, False),
    23: Goal("`make_statements`: PDFs a second on all processors ÷ typst alone on the same data", 0.7, 0.85, True),
}
MAIN = range(1, 14)  # those that have a moonshot; the others are bounds of single tasks


@dataclass(frozen=True)
class Figure:
    """The measured value of a goal; `beside` holds the values it was computed from, with units in their names."""

    number: int
    value: float
    beside: dict[str, Any] = field(default_factory=dict)

    @property
    def result(self) -> str:
        goal = GOALS[self.number]
        if goal.moonshot is not None and goal.met(self.value, goal.moonshot):
            return "moonshot; above 1 says only that no cost beside the hash was seen" if self._too_good else "moonshot"
        if goal.met(self.value, goal.goal):
            return "goal"
        return f"missed by {abs(self.value / goal.goal - 1):.0%}"

    @property
    def _too_good(self) -> bool:
        """Whether the value beats its physical limit: the machine was busier while the limit was measured."""
        return self.number == 11 and self.value > 1
