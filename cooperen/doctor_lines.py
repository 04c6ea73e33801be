"""The lines of the `doctor` command's report."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Line:
    """One line of the report; `to_do` says what to do when `well` is false."""

    name: str
    well: bool
    found: str
    to_do: str = ""

    def text(self) -> str:
        return f"✔ {self.name}: {self.found}" if self.well else f"✘ {self.name}: {self.found} → {self.to_do}"


Check = Callable[[str], Iterator[Line]]


def age_text(age: timedelta | None) -> str:
    """«hace 3 horas»; «nunca» for None."""
    return "nunca" if age is None else f"hace {span_text(age)}"


def span_text(age: timedelta) -> str:
    """«3 horas»: the largest unit of which there are at least two."""
    seconds = int(age.total_seconds())
    for size, word in ((86_400, "días"), (3_600, "horas"), (60, "minutos")):
        if seconds >= 2 * size:
            return f"{seconds // size} {word}"
    return f"{seconds} segundos"
