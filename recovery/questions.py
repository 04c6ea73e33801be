"""From facts to multiple-choice questions. Pure: chance comes from `decoy_bytes`, a keyed digest of its arguments.

The same document and the same shown part give the same options in the same order, on every load and every machine.
Decoys are drawn as often as people have those parts and never depend on another fact of the member, so nothing about a
question changes while its own part does not. One time in five the true part is not shown and the last option is right.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from recovery.facts import KINDS, Kind
from recovery.frequencies import DecoyBytes, Frequencies

OPTIONS = 4
NONE_OF_THEM = "Ninguna de las anteriores"


@dataclass(frozen=True)
class Option:
    """One answer to choose: what the form sends and what the member reads."""

    value: str
    text: str


@dataclass(frozen=True)
class Question:
    """One question with its five options; `right` is the value of the true one."""

    kind: str
    wording: str
    options: tuple[Option, ...]
    right: str

    @property
    def values(self) -> frozenset[str]:
        return frozenset(option.value for option in self.options)


def ask(
    *, document: str, parts: Mapping[str, str], frequencies: Frequencies, decoy_bytes: DecoyBytes, needed: int
) -> tuple[Question, ...]:
    """The `needed` questions for a document. `parts` are the usable facts behind it, none for a stranger.

    Whoever has too few facts gets an invented set, as a document nobody has: its kinds are drawn with the
    registry's own frequencies, so the kinds asked tell nothing.
    """
    invented = invent(document, frequencies, decoy_bytes)
    parts = parts if len(parts) >= needed else invented
    order = sorted(parts, key=lambda name: decoy_bytes("kinds", document, name))
    return tuple(question(KINDS[name], document, parts[name], frequencies, decoy_bytes) for name in order[:needed])


def invent(document: str, frequencies: Frequencies, decoy_bytes: DecoyBytes) -> dict[str, str]:
    """The facts of somebody who does not exist: always the same for one document."""
    numbers = _numbers(decoy_bytes, "invented", document)
    steps = frequencies.set_steps
    names = frequencies.sets[bisect_right(steps, next(numbers) % steps[-1])][0]
    return {name: next(_draws(KINDS[name], frequencies, numbers)) for name in names}


def question(kind: Kind, document: str, part: str, frequencies: Frequencies, decoy_bytes: DecoyBytes) -> Question:
    """The question of one kind whose true part is `part`."""
    numbers = _numbers(decoy_bytes, "question", document, kind.name, part)
    hidden = next(numbers) % (OPTIONS + 1) == 0
    decoys = _decoys(kind, part, OPTIONS if hidden else OPTIONS - 1, _draws(kind, frequencies, numbers))
    shown = decoys if hidden else [part, *decoys]
    _shuffle(shown, numbers)
    options = [Option(_value(decoy_bytes, document, kind, part), kind.reads(part)) for part in shown]
    options.append(Option(_value(decoy_bytes, document, kind, ""), NONE_OF_THEM))
    right = _value(decoy_bytes, document, kind, "" if hidden else part)
    return Question(kind.name, kind.wording, tuple(options), right)


def _decoys(kind: Kind, part: str, wanted: int, draws: Iterator[str]) -> list[str]:
    """Different parts other than the true one. All are drawn anew when two are alike: replacing one would favour rare
    parts among the decoys, and the true part would stand out as the usual one."""
    while True:
        decoys = [next(draws) for _ in range(wanted)]
        if len({part, *decoys}) == wanted + 1:
            return decoys


def _draws(kind: Kind, frequencies: Frequencies, numbers: Iterator[int]) -> Iterator[str]:
    """Endless parts of a kind, as often as the registry has them."""
    steps = frequencies.steps.get(kind.name)
    if steps is None:
        yield from (kind.parts[number % len(kind.parts)] for number in numbers)
        return
    yield from (kind.parts[bisect_right(steps, number % steps[-1])] for number in numbers)


def _value(decoy_bytes: DecoyBytes, document: str, kind: Kind, part: str) -> str:
    """What the form sends for an option: bound to the document, so tabs of two documents do not mix."""
    return decoy_bytes("option", document, kind.name, part)[:8].hex()


def _shuffle(items: list[str], numbers: Iterator[int]) -> None:
    for last in range(len(items) - 1, 0, -1):
        other = next(numbers) % (last + 1)
        items[last], items[other] = items[other], items[last]


def _numbers(decoy_bytes: DecoyBytes, *about: str) -> Iterator[int]:
    """Endless 32-bit numbers, always the same for the same words."""
    turn = 0
    while True:
        block = decoy_bytes(*about, str(turn))
        yield from (int.from_bytes(block[at : at + 4]) for at in range(0, len(block), 4))
        turn += 1
