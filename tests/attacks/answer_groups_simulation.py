"""Can the right answer be guessed from a page of the recovery? Can a member be told from a stranger by it?

    python -m tests.attacks.answer_groups_simulation [--long]

Each rule is learnt in another registry, whose answers are all known: in another town, and in the same one. The attacker then
has every member's page, every document, the pages of each member's household, the public groups and the values too
frequent to be asked; only the answers are missing.
"""

import argparse
import hmac
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import log

from recovery.answer_groups import GROUP_SIZE, GROUPS, Group, group_number, hidden_value
from recovery.masked_values import KINDS
from recovery.measurement import LEAST_MEMBERS, Measurement, measure, stranger_facts
from recovery.usable_facts import QUESTIONS, usable_facts
from tests.attacks.households import Resident, is_open, registry

CHANCE = 1 / GROUP_SIZE
QUESTION_BOUND, KIND_BOUND, TRIPLE_BOUND = 0.125, 0.145, 1.6 / 729
LEARNT_MEMBERS = 20_000
TOWNS, ELSEWHERE = 3, 900
BANDS = 25  # a document tells the age within some years, and the age when the document was issued


def decoy_bytes(*words: str) -> bytes:
    return hmac.digest(b"simulation", "\0".join(words).encode(), "sha256")


@dataclass(frozen=True)
class Case:
    """One question: all but `right` is seen by the attacker."""

    kind: str
    number: int
    document: str
    hidden: str
    relatives: int  # members of the household whose pages show the same group
    right: str

    @property
    def group(self) -> Group:
        return GROUPS[self.kind][self.number]


Triple = tuple[Case, ...]
Rule = Callable[[Case], str]


@dataclass
class Portal:
    """A registry behind its portal."""

    people: list[Resident]
    measurement: Measurement
    facts: list[dict[str, str]]
    triples: list[Triple]  # of those who are asked their own facts
    owners: list[Resident]  # whose triples they are


def portal(people: list[Resident], measurement: Measurement | None = None) -> Portal:
    if measurement is None:
        measurement = measure(people) if len(people) >= LEAST_MEMBERS else Measurement()
    facts = [usable_facts(person, too_frequent=measurement.too_frequent) for person in people]
    homes: dict[tuple[int, str, int | None], int] = Counter(
        (person.household, kind, group_number(kind, value))
        for person, known in zip(people, facts, strict=True)
        for kind, value in known.items()
    )
    able = [(person, known) for person, known in zip(people, facts, strict=True) if len(known) >= QUESTIONS]
    triples = [tuple(case(person, kind, known[kind], homes) for kind in list(known)[:QUESTIONS]) for person, known in able]
    return Portal(people, measurement, facts, triples, [person for person, _ in able])


def case(person: Resident, kind: str, value: str, homes: dict[tuple[int, str, int | None], int]) -> Case:
    number = group_number(kind, value)
    assert number is not None
    hidden = hidden_value(kind, number, decoy_bytes)
    return Case(kind, number, person.document, hidden, homes[person.household, kind, number] - 1, value)


def band(document: str) -> int:
    number = int(document)
    return number // 4_000_000 if number < 10**9 else 100 + (number - 10**9) // 11_000_000


@cache
def days_open(value: str, year: int) -> bool:
    month, day = map(int, value.split("-"))
    return is_open(date(year, month, day))


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
    rules: dict[str, Rule] = {f"the value in place {at + 1}": lambda case, at=at: case.group[at] for at in range(GROUP_SIZE)}
    rules["the hidden value"] = lambda case: case.hidden
    rules["by the household"] = lambda case: case.hidden if case.relatives else case.group[0]
    rules["nearest to the document"] = lambda case: min(case.group, key=lambda value: distance(case.document, value))
    rules["by the last digit of the document"] = lambda case: min(
        case.group, key=lambda value: (int(value[-1]) - int(case.document[-1])) % 10
    )
    return rules


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


def standard_error(share: float, number: int) -> float:
    return (share * (1 - share) / number) ** 0.5


def tally(rule: Rule, triples: Iterable[Triple]) -> Tally:
    result = Tally(Counter(), Counter())
    for triple in triples:
        right = [rule(case) == case.right for case in triple]
        result.asked.update(case.kind for case in triple)
        result.hit.update(case.kind for case, hit in zip(triple, right, strict=True) if hit)
        result.triples += 1
        result.whole += all(right)
    return result


def guess(size: int, registries: int, learnt_members: int = LEARNT_MEMBERS) -> dict[str, Tally]:
    """Hits of every rule in `registries` registries of `size` members, each in a town of its own."""
    elsewhere = learnt_in(ELSEWHERE, learnt_members)
    sums: dict[str, Tally] = {}
    for seed in range(1, registries + 1):
        attacked = portal(registry(size, seed, of_town=seed % TOWNS))
        neighbours = learnt_in(seed % TOWNS, learnt_members)
        rules = simple_rules() | learnt_rules("elsewhere", elsewhere, attacked.measurement)
        rules |= learnt_rules("in the same town", neighbours, attacked.measurement)
        for name, rule in rules.items():
            sums.setdefault(name, Tally(Counter(), Counter())).add(tally(rule, attacked.triples))
    return sums


@cache
def portal_elsewhere(of_town: int, members: int) -> Portal:
    return portal(registry(members, seed=1000 + of_town, of_town=of_town))


@cache
def learnt_in(of_town: int, members: int) -> Learnt:
    return Learnt(portal_elsewhere(of_town, members))


# Members and strangers


def page(facts: dict[str, str]) -> list[tuple[str, int | None]]:
    return [(kind, group_number(kind, value)) for kind, value in list(facts.items())[:QUESTIONS]]


class Suspicion:
    """The likelihood that a page is a member's, from the groups members have elsewhere and the kinds they have here.

    The kinds and plate groups of the members here follow from many strangers' pages: the shipped law is public, so the
    attacker undoes the shrinking. Where nothing was measured, those elsewhere must do. With `calendar` the attacker also
    knows the years in which documents like this one were issued, and so which weekdays are likely.
    """

    def __init__(self, elsewhere: Portal, here: Portal, strangers: Sequence[dict[str, str]], calendar: bool) -> None:
        self.learnt = learnt_in(ELSEWHERE, len(elsewhere.people)) if calendar else None
        measured = here if len(here.people) >= LEAST_MEMBERS else elsewhere
        self.members = self._count(measured.facts, ("kinds", "address")) | self._count(elsewhere.facts, ("issue", "birth"))
        self.strangers = self._count(strangers, ("kinds", "address", "issue", "birth"))

    def _count(self, pages: Iterable[dict[str, str]], wanted: tuple[str, ...]) -> dict[str, Counter[object]]:
        counts: dict[str, Counter[object]] = {what: Counter() for what in wanted}
        for facts in pages:
            shown = page(facts)
            if len(shown) == QUESTIONS:
                for what, value in [("kinds", tuple(kind for kind, _ in shown)), *shown]:
                    if what in counts:
                        counts[what][value] += 1
        return counts

    def of(self, document: str, facts: dict[str, str]) -> float:
        shown = page(facts)
        found = [("kinds", tuple(kind for kind, _ in shown)), *shown]
        score = sum(self._ratio(what, value) for what, value in found if what in self.members)
        issue = dict(shown).get("issue")
        return score + (self._weekday(document, issue) if self.learnt and issue is not None else 0)

    def _ratio(self, what: str, value: object) -> float:
        members, strangers = self.members[what], self.strangers[what]
        here = (members[value] + 1) / (members.total() + len(members) + 1)
        there = (strangers[value] + 1) / (strangers.total() + len(strangers) + 1)
        return log(here / there)

    def _weekday(self, document: str, number: int) -> float:
        assert self.learnt is not None
        years = self.learnt.years[band(document)]
        if not years:
            return 0
        likely = sum(count * share_open(number, year) for year, count in years.items()) / years.total()
        return log(likely + 0.01)


@cache
def share_open(number: int, year: int) -> float:
    return sum(days_open(value, year) for value in GROUPS["issue"][number]) / GROUP_SIZE


def auc(members: Sequence[float], strangers: Sequence[float]) -> float:
    """The chance that a member scores above a stranger, ties by half (Mann and Whitney)."""
    order = sorted([(score, 1) for score in members] + [(score, 0) for score in strangers])
    total = below = 0.0
    at = 0
    while at < len(order):
        end = at
        while end < len(order) and order[end][0] == order[at][0]:
            end += 1
        tied = sum(member for _, member in order[at:end])
        total += tied * (below + (end - at - tied) / 2)
        below += end - at - tied
        at = end
    return total / (len(members) * len(strangers))


def tell_apart(
    size: int, registries: int, strangers: int = 4000, calendar: bool = False, learnt_members: int = LEARNT_MEMBERS
) -> tuple[float, float]:
    """Mean AUC over registries of `size` members, and its standard error. Strangers are people of another town."""
    elsewhere = portal_elsewhere(ELSEWHERE, learnt_members)
    found = []
    for seed in range(1, registries + 1):
        here = portal(registry(size, seed, of_town=seed % TOWNS))
        documents = [person.document for person in registry(strangers, seed=700 + seed, of_town=700)]
        invented = [stranger_facts(document, here.measurement, decoy_bytes) for document in documents]
        known = [
            (person.document, facts) for person, facts in zip(here.people, here.facts, strict=True) if len(facts) >= QUESTIONS
        ]
        half = len(invented) // 2
        suspicion = Suspicion(elsewhere, here, invented[:half], calendar)
        members = [suspicion.of(document, facts) for document, facts in known]
        others = [suspicion.of(*pair) for pair in zip(documents[half:], invented[half:], strict=True)]
        found.append((auc(members, others), len(members), len(others)))
    mean = sum(share for share, _, _ in found) / len(found)
    error = (sum((1 / ours + 1 / theirs) / 12 for _, ours, theirs in found)) ** 0.5 / len(found)
    return mean, error


def coverage(size: int, registries: int) -> tuple[float, float]:
    """Share of active members with an e-mail who can recover by questions, and its standard error."""
    able = asked = 0
    for seed in range(1, registries + 1):
        found = portal(registry(size, seed, of_town=seed % TOWNS))
        for person, facts in zip(found.people, found.facts, strict=True):
            asked += person.active and bool(person.email)
            able += person.active and bool(person.email) and len(facts) >= QUESTIONS
    return able / asked, standard_error(able / asked, asked)


SHORT = {60: 20, 300: 20, 2000: 3}
LONG = {60: 100, 300: 60, 2000: 10, 20_000: 3}


def report(size: int, registries: int) -> bool:
    """Print the figures of one size; True if all bounds hold."""
    sums = guess(size, registries)
    name, best = max(sums.items(), key=lambda item: item[1].share())
    kind, _ = max(((kind, sums[rule].share(kind)) for rule in sums for kind in KINDS), key=lambda item: item[1])
    by_kind = max(sums, key=lambda rule: sums[rule].share(kind))
    whole = max(sums.values(), key=lambda found: found.whole)
    triples = whole.whole / whole.triples
    print(f"{size} members, {registries} registries, {best.asked.total()} questions, {whole.triples} triples")
    print(f"  a question  {best.share():6.2%} ± {best.error():.2%}  {name}")
    for kind_of in KINDS:
        rule = max(sums, key=lambda rule, kind_of=kind_of: sums[rule].share(kind_of))
        print(f"  {kind_of:10}  {sums[rule].share(kind_of):6.2%} ± {sums[rule].error(kind_of):.2%}  {rule}")
    print(f"  three       {triples * 729:6.2f} ± {standard_error(triples, whole.triples) * 729:.2f} in 729")
    share, error = coverage(size, registries)
    print(f"  can recover {share:6.2%} ± {error:.2%}")
    for calendar in (False, True):
        area, width = tell_apart(size, registries, calendar=calendar)
        print(f"  members from strangers, AUC {area:.3f} ± {width:.3f}{', with the years of documents' if calendar else ''}")
    held = best.share() <= QUESTION_BOUND and sums[by_kind].share(kind) <= KIND_BOUND and triples <= TRIPLE_BOUND
    return held and share >= 0.8


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", action="store_true", help="more registries, and one of 20,000 members")
    parser.add_argument("--size", type=int, help="registries of this size only")
    options = parser.parse_args()
    sizes = LONG if options.long else SHORT
    random.seed(0)
    held = [report(size, sizes[size]) for size in sizes if options.size in (None, size)]
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
