"""Brakes: the one rule about how much a file of the core may change without `--yes`.

A wrong file (a shifted column, another date format, another export) changes nearly all rows, the file of a working day few.
The same share holds for every kind of change, of members and of products.
"""

from collections.abc import Iterable
from typing import NamedTuple

from common.colombia.formats import thousands
from common.files.importing import Stopped

SHARE = 0.10  # of the rows that have a value of this kind
ALWAYS = 1  # rows that may change in any case, so that a tiny registry can be corrected


class Change(NamedTuple):
    """How many rows a file changes in one respect, of how many; `sentence` has a `{}` for each."""

    rows: int
    of: int
    sentence: str

    @property
    def is_too_much(self) -> bool:
        return self.rows > max(ALWAYS, self.of * SHARE)

    def __str__(self) -> str:
        return self.sentence.format(thousands(self.rows), thousands(self.of))


def check_changes(changes: Iterable[Change], *, yes: bool) -> list[str]:
    """Raise Stopped for changes above the share, all in one sentence; with `yes`, return notes about them instead."""
    sentences = [str(change) for change in changes if change.is_too_much]
    if sentences and not yes:
        told = "; ".join(sentences)
        raise Stopped(f"No se escribió nada: el archivo {told}. Si es correcto, repita con --yes.")
    return [f"Sin --yes se habría detenido: el archivo {sentence}." for sentence in sentences]
