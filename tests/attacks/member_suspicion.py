"""Telling members from strangers by the kinds and groups a page shows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from math import log

from recovery.answer_groups import GROUP_SIZE, GROUPS, group_number
from recovery.measurement import LEAST_MEMBERS, stranger_facts
from recovery.usable_facts import QUESTIONS
from tests.attacks.answer_rules import learnt_in
from tests.attacks.households import registry
from tests.attacks.simulated_portal import (
    ELSEWHERE,
    LEARNT_MEMBERS,
    TOWNS,
    Portal,
    band,
    days_open,
    decoy_bytes,
    portal,
    portal_elsewhere,
)


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
