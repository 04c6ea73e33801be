"""The success of an acquaintance who knows a member's document, e-mail and some facts, in three attempts.

    python -m tests.attacks.acquaintances [members]

Three wrong answers with one e-mail are all that two years allow. The attacker has learnt in another registry how often each
value is right, and how long after a birthday documents are issued, and sends the likeliest combinations first.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import product

from tests.attacks.answer_rules import Learnt, learnt_in
from tests.attacks.households import Resident, registry
from tests.attacks.simulated_portal import ELSEWHERE, LEARNT_MEMBERS, Case, portal, portal_elsewhere, standard_error

ATTEMPTS = 3
WEEK, YEAR = 7, 365
KNOWN = {
    "nothing more": (),
    "acquaintance: birthday, mobile, address": ("birth", "mobile", "address"),
    "wallet thief: both dates on the document": ("birth", "issue"),
    "household without the document: all but its date": ("birth", "mobile", "landline", "address"),
    "household with the document": ("birth", "issue", "mobile", "landline", "address"),
}


class Delays:
    """How often a document was issued so many weeks of the year after a birthday."""

    def __init__(self, people: Iterable[Resident]) -> None:
        dated = ((person.birth_date, person.issue_date) for person in people)
        self.weeks = Counter(weeks(birth, issue) for birth, issue in dated if birth and issue)

    def weight(self, birth: date, value: str) -> float:
        return self.weeks[weeks(birth, date(2001, int(value[:2]), int(value[3:])))] + 1


def weeks(birth: date, issue: date) -> int:
    """Whole weeks from the last birthday to the day of issue, whatever the years."""
    start, end = birth.replace(year=2000).timetuple().tm_yday, issue.replace(year=2000).timetuple().tm_yday
    return (end - start) % YEAR // WEEK


def weights(case: Case, person: Resident, known: tuple[str, ...], delays: Delays, learnt: Learnt) -> dict[str, float]:
    """How likely each of the nine answers is to this attacker."""
    if case.kind in known:
        return {case.right: 1}
    if case.kind == "issue" and "birth" in known and person.birth_date:
        found = {value: delays.weight(person.birth_date, value) for value in case.group}
    else:
        found = {value: learnt.right[case.kind, value] + 5 for value in case.group}
    total = sum(found.values())
    return {value: weight / total for value, weight in found.items()}


def falls(triple: tuple[Case, ...], person: Resident, known: tuple[str, ...], delays: Delays, learnt: Learnt) -> bool:
    """Whether the right answers are among the three likeliest combinations."""
    likely = [
        sorted(weights(case, person, known, delays, learnt).items(), key=lambda item: -item[1])[:ATTEMPTS] for case in triple
    ]
    combinations = sorted(product(*likely), key=lambda answers: -chance_of(answers))[:ATTEMPTS]
    right = tuple(case.right for case in triple)
    return right in [tuple(value for value, _ in answers) for answers in combinations]


def chance_of(answers: tuple[tuple[str, float], ...]) -> float:
    result = 1.0
    for _, weight in answers:
        result *= weight
    return result


def chances(members: int, seed: int = 1, learnt_members: int = LEARNT_MEMBERS) -> dict[str, tuple[float, float]]:
    """For each attacker, the share of members that fall, and its standard error."""
    attacked = portal(registry(members, seed))
    delays = Delays(portal_elsewhere(ELSEWHERE, learnt_members).people)
    learnt = learnt_in(ELSEWHERE, learnt_members)
    found = {}
    for name, known in KNOWN.items():
        fell = sum(falls(*pair, known, delays, learnt) for pair in zip(attacked.triples, attacked.owners, strict=True))
        share = fell / len(attacked.triples)
        found[name] = share, standard_error(share, len(attacked.triples))
    return found


def main(members: int = 5000) -> int:
    for name, (share, error) in chances(members).items():
        print(f"{share:8.2%} ± {error:.2%}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
