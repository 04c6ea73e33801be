"""Rules for guessing the right answer of a question: simple ones, and ones learnt in another registry."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from math import log

from recovery.answer_groups import GROUP_SIZE, GROUPS
from recovery.measurement import Measurement
from tests.attacks.simulated_portal import Case, Portal, Triple, band, days_open, portal_elsewhere, standard_error

Rule = Callable[[Case], str]


class Learnt:
    """What another registry teaches: how often each value is right, and what goes with being right."""

    def __init__(self, elsewhere: Portal) -> None:
        cases = [case for triple in elsewhere.triples for case in triple]
        self.right = Counter((case.kind, case.right) for case in cases)
        self.near = Counter((case.kind, band(case.document), season(case, case.right)) for case in cases)
        self.yes: Counter[tuple[object, ...]] = Counter()
        self.no: Counter[tuple[object, ...]] = Counter()
        for one in cases:
            for value in one.group:
                (self.yes if value == one.right else self.no).update(features(one, value))
        self.years: dict[int, Counter[int]] = defaultdict(Counter)
        for person in elsewhere.people:
            if person.issue_date:
                self.years[band(person.document)][person.issue_date.year] += 1

    def often(self, case: Case, value: str) -> float:
        return self.right[case.kind, value]

    def often_at_that_age(self, case: Case, value: str) -> float:
        """By season and age: members of one age fetched their documents in the same years."""
        return self.near[case.kind, band(case.document), season(case, value)]

    def open_that_day(self, case: Case, value: str) -> float:
        """How likely registry offices were open on that day, in the years when such documents were issued."""
        years = self.years[band(case.document)]
        if case.kind != "issue" or not years:
            return self.often(case, value)
        share = sum(count for year, count in years.items() if days_open(value, year)) / years.total()
        return share * (self.often(case, value) + 5)

    def classified(self, case: Case, value: str) -> float:
        """Naive Bayes over all that a page and a document show of this value."""
        return sum(log((self.yes[what] + 2) / (self.no[what] + 16)) for what in features(case, value))


def season(case: Case, value: str) -> str:
    return value[:2] if case.kind in ("issue", "birth") else value[:1]


def features(case: Case, value: str) -> list[tuple[object, ...]]:
    kind, place = case.kind, case.group.index(value)
    own = value if len(GROUPS[kind]) < 100 else value[:2]
    return [
        (kind, "own", own),
        (kind, "place", place),
        (kind, "number", case.number % 11, place),
        (kind, "hidden", value == case.hidden, case.relatives > 0),
        (kind, "age", band(case.document) // 4, season(case, value)),
        (kind, "document", (int(case.document) % 10 - int(value[-1])) % 10),
        (kind, "first", case.document[0], value[0]),
    ]


def simple_rules() -> dict[str, Rule]:
    rules: dict[str, Rule] = {f"the value in place {at + 1}": in_place(at) for at in range(GROUP_SIZE)}
    rules["the hidden value"] = lambda case: case.hidden
    rules["by the household"] = lambda case: case.hidden if case.relatives else case.group[0]
    rules["nearest to the document"] = lambda case: min(case.group, key=lambda value: distance(case.document, value))
    rules["by the last digit of the document"] = lambda case: min(
        case.group, key=lambda value: (int(value[-1]) - int(case.document[-1])) % 10
    )
    return rules


def in_place(at: int) -> Rule:
    return lambda case: case.group[at]


def distance(document: str, value: str) -> int:
    return abs(int(document[-4:]) - int(value.replace("-", "")))


def learnt_rules(name: str, learnt: Learnt, banned: Measurement) -> dict[str, Rule]:
    """Rules of the registry `name`; values that this portal does not ask are known to be wrong."""
    weights = {
        "most often right": learnt.often,
        "most often right at that age": learnt.often_at_that_age,
        "open that day": learnt.open_that_day,
        "classifier": learnt.classified,
    }
    return {f"{what}, {name}": best_by(weight, banned) for what, weight in weights.items()}


def best_by(weight: Callable[[Case, str], float], banned: Measurement) -> Rule:
    def rule(case: Case) -> str:
        asked = [value for value in case.group if value not in banned.too_frequent.get(case.kind, ())]
        return max(asked or case.group, key=lambda value: weight(case, value))

    return rule


@cache
def learnt_in(of_town: int, members: int) -> Learnt:
    return Learnt(portal_elsewhere(of_town, members))


@dataclass
class Tally:
    """Hits of one rule: by kind, and in all three questions of a member at once."""

    asked: Counter[str]
    hit: Counter[str]
    triples: int = 0
    whole: int = 0

    def share(self, kind: str | None = None) -> float:
        return self.hit[kind] / self.asked[kind] if kind else self.hit.total() / self.asked.total()

    def error(self, kind: str | None = None) -> float:
        return standard_error(self.share(kind), self.asked[kind] if kind else self.asked.total())

    def add(self, other: "Tally") -> None:
        self.asked += other.asked
        self.hit += other.hit
        self.triples += other.triples
        self.whole += other.whole


def tally(rule: Rule, triples: Iterable[Triple]) -> Tally:
    result = Tally(Counter(), Counter())
    for triple in triples:
        right = [rule(case) == case.right for case in triple]
        result.asked.update(case.kind for case in triple)
        result.hit.update(case.kind for case, hit in zip(triple, right, strict=True) if hit)
        result.triples += 1
        result.whole += all(right)
    return result
