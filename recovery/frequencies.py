"""What the registry's own figures say about facts, measured once and then frozen. Pure.

Four things are learnt from the whole registry:

- how often each part of a date or an address occurs: decoys are drawn just as often, so season, round numbers and the
  length of a street do not tell them from true parts (phones have too many endings to differ);
- which sets of usable facts members have, so that invented members have them as often;
- parts that stand out (the branch's phone typed for everybody): they are not usable;
- how many days lie between birthday and issue date. People fetch their document soon after coming of age, so the two
  dates of one person hang together and a stranger could match the options of one question against those of the other.
  Issue dates are therefore set aside until no distance is much more usual than the others.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate
from typing import Any

from recovery.facts import DAYS, KINDS

DecoyBytes = Callable[..., bytes]

GAP_DAYS = 10
GAPS = len(DAYS) // GAP_DAYS + 1
# Each distance counts a few people more than were seen: a small registry is not judged by its noise.
GAP_FLOOR = 5
# A distance may be this much more usual than the lower quarter of all distances: 1.25 sets nothing aside where the two
# dates are independent and leaves the best guess at a date below 22 % where they are not (tests/attacks/decoys.py).
GAP_EXCESS = 1.25
# A part stands out when so many people have it that chance does not explain it: six standard errors and five people.
STANDS_OUT = 6
SMALL = 5

# Kinds with more parts than this are taken as even.
MANY_PARTS = 1000
# Each part counts a few people more than were seen, for the same reason.
PART_FLOOR = 5

_DAY_NUMBER = {day: number for number, day in enumerate(DAYS)}


@dataclass(frozen=True)
class Frequencies:
    """The registry's figures. The default is a registry nobody has measured: all parts even, everybody has all facts.

    `weights`: per kind, one number for each of its parts (in their order); a kind that is not there is even.
    `kept_gaps`: per distance of `GAP_DAYS` days, the share of issue dates that may be asked.
    """

    weights: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    outstanding: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kept_gaps: tuple[float, ...] = (1.0,) * GAPS
    sets: tuple[tuple[tuple[str, ...], int], ...] = ((tuple(KINDS), 1),)

    @cached_property
    def steps(self) -> dict[str, list[int]]:
        """The weights added up: what a draw looks itself up in."""
        return {name: list(accumulate(weights)) for name, weights in self.weights.items()}

    @cached_property
    def set_steps(self) -> list[int]:
        """The same of the sets."""
        return list(accumulate(count for _, count in self.sets))


def known_parts(person: Any, frequencies: Frequencies, decoy_bytes: DecoyBytes) -> dict[str, str]:
    """The usable parts of `person` (anything with the registry's fields), by kind."""
    parts = _parts_alone(person)
    parts = {name: part for name, part in parts.items() if part not in frequencies.outstanding.get(name, ())}
    if "birth" in parts and "issue" in parts and not _keeps_issue(person.document, parts, frequencies, decoy_bytes):
        del parts["issue"]
    return parts


def measure(people: Callable[[], Iterable[Any]], decoy_bytes: DecoyBytes, needed: int) -> Frequencies:
    """The figures of a registry. `people()` goes through it once each time it is called (twice here)."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in KINDS}
    gaps = [GAP_FLOOR] * GAPS
    for person in people():
        parts = _parts_alone(person)
        for name, part in parts.items():
            counts[name][part] += 1
        if "birth" in parts and "issue" in parts:
            gaps[_gap(parts)] += 1
    outstanding = {name: _outstanding(counts[name], len(KINDS[name].parts)) for name in KINDS}
    figures = Frequencies(_weights(counts, outstanding), outstanding, _kept(gaps))
    sets = Counter(tuple(known_parts(person, figures, decoy_bytes)) for person in people())
    enough = tuple(sorted((kinds, count) for kinds, count in sets.items() if len(kinds) >= needed))
    return replace(figures, sets=enough) if enough else figures


def _parts_alone(person: Any) -> dict[str, str]:
    """The parts usable by themselves; a phone that repeats the document or the other phone is a clerk's filling."""
    parts = {name: kind.part(getattr(person, kind.field)) for name, kind in KINDS.items()}
    for phone in ("mobile", "landline"):
        if parts[phone] == person.document[-4:]:
            parts[phone] = ""
    if parts["landline"] == parts["mobile"]:
        parts["landline"] = ""
    return {name: part for name, part in parts.items() if part}


def _outstanding(counts: Counter[str], parts: int) -> frozenset[str]:
    usual = counts.total() / parts
    limit = usual + STANDS_OUT * usual**0.5 + SMALL
    return frozenset(part for part, count in counts.items() if count > limit)


def _weights(counts: Mapping[str, Counter[str]], outstanding: Mapping[str, frozenset[str]]) -> dict[str, tuple[int, ...]]:
    return {
        name: tuple(0 if part in outstanding[name] else counts[name][part] + PART_FLOOR for part in kind.parts)
        for name, kind in KINDS.items()
        if len(kind.parts) <= MANY_PARTS
    }


def _gap(parts: Mapping[str, str]) -> int:
    days = _DAY_NUMBER[parts["issue"]] - _DAY_NUMBER[parts["birth"]]
    return days % len(DAYS) // GAP_DAYS


def _kept(gaps: list[int]) -> tuple[float, ...]:
    usual = sorted(gaps)[GAPS // 4] * GAP_EXCESS
    return tuple(min(1.0, usual / count) for count in gaps)


def _keeps_issue(document: str, parts: Mapping[str, str], frequencies: Frequencies, decoy_bytes: DecoyBytes) -> bool:
    chance = int.from_bytes(decoy_bytes("gap", document)[:4]) / 2**32
    return chance < frequencies.kept_gaps[_gap(parts)]
