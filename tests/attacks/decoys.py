"""Can the true option be told from its decoys? Learns fifteen rules and a classifier on half of a registry, tries them
on the other half, and prints each one's hits. The attacker is given every true answer of the first half.

    python -m tests.attacks.decoys [members] [seed]
"""

import hmac
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log

from recovery.facts import DAYS, KINDS
from recovery.frequencies import GAP_DAYS, Frequencies, known_parts, measure
from recovery.questions import NONE_OF_THEM, Question, ask
from tests.attacks.people import Person, registry

BOUND = 0.22
NEEDED = 4
DAY_NUMBER = {KINDS["birth"].reads(day): number for number, day in enumerate(DAYS)}


def decoy_bytes(*words: str) -> bytes:
    return hmac.digest(b"attack", "\0".join(words).encode(), "sha256")


@dataclass
class Case:
    """One question as the attacker sees it, beside the other questions of the same document."""

    document: str
    question: Question
    others: tuple[Question, ...]

    @property
    def texts(self) -> list[str]:
        return [option.text for option in self.question.options[:-1]]

    @property
    def right(self) -> int:
        return [option.value for option in self.question.options].index(self.question.right)


Rule = Callable[[Case], int]


def number_of(text: str) -> int:
    return DAY_NUMBER.get(text, -1) if text in DAY_NUMBER else int("".join(filter(str.isdigit, text)))


def span_of(case: Case) -> int:
    return {"birth": 366, "issue": 366, "address": 100}.get(case.question.kind, 10_000)


def ranked(case: Case, key: Callable[[int], float]) -> list[int]:
    numbers = [number_of(text) for text in case.texts]
    return sorted(range(len(numbers)), key=lambda at: key(numbers[at]))


def loneliest(case: Case, sign: int) -> int:
    numbers = [number_of(text) for text in case.texts]
    gaps = [min(abs(one - other) for j, other in enumerate(numbers) if j != i) for i, one in enumerate(numbers)]
    return max(range(len(gaps)), key=lambda at: sign * gaps[at])


def nearest_to(case: Case, wanted: float) -> int:
    return ranked(case, lambda number: abs(number - wanted))[0]


def after_coming_of_age(case: Case) -> int:
    """The issue date that follows one of the birthdays most closely, or that birthday."""
    other = {"birth": "issue", "issue": "birth"}.get(case.question.kind)
    dates = [number_of(o.text) for q in case.others if q.kind == other for o in q.options[:-1]]
    if not dates:
        return len(case.texts)
    sign = 1 if case.question.kind == "issue" else -1
    return ranked(case, lambda number: min(sign * (number - day) % 366 for day in dates))[0]


def repeated_elsewhere(case: Case) -> int:
    elsewhere = {o.text for q in case.others for o in q.options[:-1]}
    hits = [at for at, text in enumerate(case.texts) if text in elsewhere]
    return hits[0] if hits else len(case.texts)


def simple_rules() -> dict[str, Rule]:
    rules: dict[str, Rule] = {f"position {at + 1}": lambda case, at=at: at for at in range(5)}
    rules |= {f"rank {at + 1}": lambda case, at=at: ranked(case, lambda n: n)[at] for at in range(4)}
    rules |= {
        "loneliest": lambda case: loneliest(case, 1),
        "closest pair": lambda case: loneliest(case, -1),
        "even first": lambda case: ranked(case, lambda n: n % 2)[0],
        "odd first": lambda case: ranked(case, lambda n: -(n % 2))[0],
        "roundest": lambda case: ranked(case, lambda n: -sum(n % d == 0 for d in (5, 10, 50, 100, 1000)))[0],
        "middle of the range": lambda case: nearest_to(case, span_of(case) / 2),
        "nearest to the document": lambda case: nearest_to(case, int(case.document) % span_of(case)),
        "nearest to the document's age": lambda case: nearest_to(case, int(case.document) / 1.2e9 * span_of(case)),
        "issue date against 18th birthday": after_coming_of_age,
        "repeated in another question": repeated_elsewhere,
    }
    return rules


def most_seen(cases: Sequence[Case]) -> Rule:
    """The option that most members of the registry are offered: a default would be."""
    seen = Counter((case.question.kind, text) for case in cases for text in case.texts)
    return lambda case: max(range(4), key=lambda at: seen[case.question.kind, case.texts[at]])


def most_often_right(learnt: Sequence[Case]) -> Rule:
    """The option that was right most often, by its share, in the half whose answers are known."""
    seen: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for case in learnt:
        seen.update((case.question.kind, text) for text in case.texts)
        if case.right < 4:
            right[case.question.kind, case.texts[case.right]] += 1
    share = lambda key: (right[key] + 1) / (seen[key] + 5)  # noqa: E731
    return lambda case: max(range(4), key=lambda at: share((case.question.kind, case.texts[at])))


def features(case: Case, at: int) -> list[tuple]:
    """What a naive Bayes classifier looks at in option `at` (4 is «Ninguna»)."""
    kind = case.question.kind
    if at == 4:
        return [(kind, "none")]
    number = number_of(case.texts[at])
    order = ranked(case, lambda n: n)
    found: list[tuple] = [
        (kind, "position", at),
        (kind, "rank", order.index(at)),
        (kind, "size", number * 12 // span_of(case)),
        (kind, "last digit", number % 10),
        (kind, "own", number if kind == "address" else number // 5),
        (kind, "document", (int(case.document) - number) * 8 // span_of(case) % 8),
        (kind, "age", int(case.document) * 6 // 1_200_000_000, number * 6 // span_of(case)),
    ]
    other = {"birth": "issue", "issue": "birth"}.get(kind)
    dates = [number_of(o.text) for q in case.others if q.kind == other for o in q.options[:-1]]
    sign = 1 if kind == "issue" else -1
    return found + [(kind, "gap", sign * (number - day) % 366 // GAP_DAYS) for day in dates]


class Scores:
    """Naive Bayes: how much each feature speaks for an option, learnt from questions whose answers are known."""

    def __init__(self, learnt: Sequence[Case]) -> None:
        self.true: Counter[tuple] = Counter()
        self.false: Counter[tuple] = Counter()
        for case in learnt:
            for at in range(5):
                (self.true if at == case.right else self.false).update(features(case, at))

    def of(self, case: Case, at: int) -> float:
        return sum(log((self.true[what] + 2) / (self.false[what] + 8) * 4) for what in features(case, at))


def classifier(learnt: Sequence[Case]) -> Rule:
    scores = Scores(learnt)
    return lambda case: max(range(5), key=lambda at: scores.of(case, at))


def cases_of(people: Sequence[Person], figures: Frequencies) -> list[Case]:
    """Every question of every member who can recover by questions."""
    cases = []
    for person in people:
        parts = known_parts(person, figures, decoy_bytes)
        if len(parts) < NEEDED:
            continue
        asked = ask(document=person.document, parts=parts, frequencies=figures, decoy_bytes=decoy_bytes, needed=NEEDED)
        cases += [Case(person.document, one, tuple(q for q in asked if q is not one)) for one in asked]
    return cases


def hits(rule: Rule, cases: Sequence[Case]) -> float:
    return sum(rule(case) == case.right for case in cases) / len(cases)


def run(size: int, seed: int) -> dict[str, float]:
    """Share of right picks by rule, on the half of the members nothing was learnt from."""
    people = registry(size, seed)
    figures = measure(lambda: people, decoy_bytes, NEEDED)
    half = size // 2
    learnt, unknown = cases_of(people[:half], figures), cases_of(people[half:], figures)
    rules = simple_rules() | {
        "most seen": most_seen(learnt + unknown),
        "most often right": most_often_right(learnt),
        "classifier": classifier(learnt),
        NONE_OF_THEM: lambda case: 4,
    }
    return {name: hits(rule, unknown) for name, rule in rules.items()}


def main(size: int = 4000, seed: int = 1) -> int:
    figures = run(size, seed)
    for name, share in sorted(figures.items(), key=lambda item: -item[1]):
        print(f"{share:6.1%}  {name}")
    best = max(figures.values())
    print(f"best rule {best:.1%}, bound {BOUND:.0%}, {size} members")
    return int(best > BOUND)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
