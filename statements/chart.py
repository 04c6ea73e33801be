"""A bar chart of twelve values as one SVG path. Pure functions.

The drawing carries no figures: those stand in the table beside it, for everyone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 360, 96  # units of the drawing; the page scales it to its column
GAP = 6


@dataclass(frozen=True)
class Chart:
    path: str
    width: int = WIDTH
    height: int = HEIGHT


def chart_of(values: Sequence[Decimal]) -> Chart:
    """Columns from zero, the highest as high as the drawing; a value below zero has no column."""
    step = Decimal(WIDTH + GAP) / len(values)
    highest = max([*values, Decimal(1)])
    columns = [
        _column(round(step * place), round(step - GAP), round(HEIGHT * max(value, Decimal()) / highest))
        for place, value in enumerate(values)
    ]
    return Chart("".join(columns))


def _column(left: int, width: int, height: int) -> str:
    return f"M{left} {HEIGHT}v-{height}h{width}v{height}z"
