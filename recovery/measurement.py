"""What is measured in a registry, once, to make the questions of strangers look like those of members. Pure.

Two frequencies: which kinds members are asked, and which group their plate is in. All other groups are about as frequent as
each other. Both are shrunk towards a shipped law, so a small registry's chance and a rare member's kinds do not show. The
third result protects members: values too frequent in this registry to be asked, such as a branch's phone typed for everybody.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import Any

from recovery.answer_groups import GROUP_SIZE, GROUPS, DecoyBytes, group_number
from recovery.usable_facts import QUESTIONS, askable, fitting_values

KindSet = tuple[str, ...]

# A smaller registry is not measured: the shipped law describes it better than its own few members.
LEAST_MEMBERS = 200
# The shipped law counts as much as so many members.
LAW_MEMBERS = 50
THOUSAND = 1000

# In a thousand members who can be asked three facts; a registry with an issue date for 85 %, a mobile phone for 95 %, a
# landline for 55 % and a town address for 80 % of its members (tests/attacks/households.py).
SETS_LAW: Mapping[KindSet, int] = {
    ("issue", "mobile", "landline"): 450,
    ("birth", "mobile", "landline"): 97,
    ("issue", "mobile", "address"): 347,
    ("birth", "mobile", "address"): 70,
    ("issue", "landline", "address"): 27,
    ("birth", "landline", "address"): 6,
    ("mobile", "landline", "address"): 3,
}
# In a thousand usable plates, by group: multiples of ten, of five, the others in runs.
PLATES_LAW: Mapping[int, int] = dict(enumerate((140, 130, 100, 105, 105, 105, 105, 105, 70, 35)))

# A value is too frequent above this many times the mean of the other values of its group, plus three standard errors of
# that mean, plus a household.
OFTEN = 1.5
ERRORS = 3
HOUSEHOLD = 5


@dataclass(frozen=True)
class Measurement:
    """The result for one registry; the default is the shipped law.

    `sets` are the kinds asked, with their weights; `plate_groups` one weight for each plate group.
    """

    sets: Mapping[KindSet, int] = field(default_factory=lambda: SETS_LAW)
    plate_groups: Mapping[int, int] = field(default_factory=lambda: PLATES_LAW)
    too_frequent: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def set_line(self) -> "Line":
        return Line(self.sets)

    @cached_property
    def plate_line(self) -> "Line":
        return Line(self.plate_groups)

    def packed(self) -> dict[str, Any]:
        """The measurement as JSON holds it."""
        return {
            "sets": [[list(kinds), weight] for kinds, weight in self.sets.items()],
            "plate_groups": [[number, weight] for number, weight in self.plate_groups.items()],
            "too_frequent": {kind: sorted(values) for kind, values in self.too_frequent.items()},
        }


def unpacked(packed: Mapping[str, Any]) -> Measurement:
    """The inverse of `Measurement.packed`."""
    return Measurement(
        sets={tuple(kinds): weight for kinds, weight in packed["sets"]},
        plate_groups=dict(packed["plate_groups"]),
        too_frequent={kind: frozenset(values) for kind, values in packed["too_frequent"].items()},
    )


def measure(
    people: Iterable[Any], own_phones: Collection[str] = (), too_frequent: Mapping[str, frozenset[str]] | None = None
) -> Measurement:
    """Measure a registry. Of each member only the masked values are kept meanwhile.

    Give `too_frequent` of the first measurement to keep it: otherwise members in use would be asked other facts.
    """
    registry = [fitting_values(person, own_phones) for person in people]
    if too_frequent is None:
        too_frequent = _too_frequent(registry)
    asked = [list(askable(values, too_frequent).items())[:QUESTIONS] for values in registry]
    enough = [dict(facts) for facts in asked if len(facts) == QUESTIONS]
    sets = Counter(tuple(facts) for facts in enough)
    plates = Counter(group_number("address", facts["address"]) for facts in enough if "address" in facts)
    return Measurement(_weights(sets, SETS_LAW), _weights(plates, PLATES_LAW), too_frequent)


def _weights(counts: Mapping[Any, int], law: Mapping[Any, int]) -> dict[Any, int]:
    """The law's members and those counted, in thousandths of a member."""
    return {what: counts.get(what, 0) * THOUSAND + share * LAW_MEMBERS for what, share in law.items()}


def _too_frequent(registry: Iterable[Mapping[str, str]]) -> dict[str, frozenset[str]]:
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in GROUPS}
    for values in registry:
        for kind, value in values.items():
            counts[kind][value] += 1
    return {kind: frozenset(_standing_out(kind, counts[kind])) for kind in GROUPS}


def _standing_out(kind: str, counts: Counter[str]) -> Iterable[str]:
    for value, count in counts.items():
        number = group_number(kind, value)
        if number is not None and count > _limit(sum(counts[other] for other in GROUPS[kind][number]) - count):
            yield value


def _limit(others: int) -> float:
    mean = others / (GROUP_SIZE - 1)
    return OFTEN * mean + ERRORS * mean**0.5 + HOUSEHOLD


def stranger_facts(document: str, measurement: Measurement, decoy_bytes: DecoyBytes) -> dict[str, str]:
    """The masked values that a document without a member is asked about, always the same for one document."""
    kinds = measurement.set_line.at(decoy_bytes("stranger kinds", document))
    return {kind: _stranger_value(kind, document, measurement, decoy_bytes) for kind in kinds}


def _stranger_value(kind: str, document: str, measurement: Measurement, decoy_bytes: DecoyBytes) -> str:
    block = decoy_bytes("stranger group", document, kind)
    line = measurement.plate_line if kind == "address" else _EVEN[kind]
    return GROUPS[kind][line.at(block)][block[-1] % GROUP_SIZE]


class Line:
    """Outcomes side by side on a line, each as long as its weight; a keyed digest is a point on it.

    A new measurement moves the borders a little, so few strangers change their questions.
    """

    def __init__(self, weights: Mapping[Any, int]) -> None:
        self.outcomes = tuple(weights)
        self.ends = tuple(accumulate(weights.values()))

    def at(self, block: bytes) -> Any:
        return self.outcomes[bisect_right(self.ends, int.from_bytes(block[:8]) * self.ends[-1] >> 64)]


_EVEN = {kind: Line(dict.fromkeys(range(len(groups)), 1)) for kind, groups in GROUPS.items()}
