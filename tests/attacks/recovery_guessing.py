"""The chance in a year of an outsider who knows a member's document and e-mail, by arithmetic and by simulation.

    python -m tests.attacks.recovery_guessing [members] [seed]

The simulated outsider has learnt from half of the registry, with every true answer of that half, what true options
look like, and sends at each attempt the likeliest combination not sent yet.
"""

import sys
from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from math import exp

from recovery.frequencies import known_parts, measure
from tests.attacks.decoys import NEEDED, Case, Scores, cases_of, decoy_bytes
from tests.attacks.people import registry

BOUND = 0.01
YEAR = timedelta(days=365)
OPTIONS = 5
SHARE_OF_KEYS_LEFT = 0.9  # at least so many five-digit keys are not common


def tries(burst: int, every: timedelta, during: timedelta = YEAR) -> int:
    """How many attempts a full rate limit allows in `during`."""
    return burst + during // every


def chances() -> dict[str, float]:
    """Each way's chance in a year, from the rate limits; the member makes one recovery and gets one letter."""
    day = timedelta(days=1)
    mailed_keys = tries(3, 20 * day)
    return {
        "questions": tries(3, 360 * day) / OPTIONS**NEEDED,
        "five digits": tries(12, 15 * day) / (SHARE_OF_KEYS_LEFT * 10**5),
        "temporary key": 2 / 10**4,
        "initial key": tries(20, day, 30 * day) / (9 * 10**5),
        "mailed keys": mailed_keys * 5 / (9 * 10**5),
    }


def simulate(size: int, seed: int, guesses: int) -> tuple[float, int]:
    """Share of members whose answers an outsider finds in `guesses` tries, and how many members were tried."""
    people = registry(size, seed)
    figures = measure(lambda: people, decoy_bytes, NEEDED)
    half = size // 2
    scores = Scores(cases_of(people[:half], figures))
    victims = [person for person in people[half:] if len(known_parts(person, figures, decoy_bytes)) >= NEEDED]
    found = sum(_finds(cases_of([victim], figures), scores, guesses) for victim in victims)
    return found / len(victims), len(victims)


def _finds(cases: Sequence[Case], scores: Scores, guesses: int) -> bool:
    weights = [[exp(scores.of(case, at)) for at in range(OPTIONS)] for case in cases]
    combinations = sorted(product(range(OPTIONS), repeat=len(cases)), key=lambda them: -_product(weights, them))
    return tuple(case.right for case in cases) in combinations[:guesses]


def _product(weights: Sequence[Sequence[float]], combination: Sequence[int]) -> float:
    result = 1.0
    for question, at in enumerate(combination):
        result *= weights[question][at]
    return result


def main(size: int = 20_000, seed: int = 1) -> int:
    roads = chances()
    for road, chance in roads.items():
        print(f"{chance:8.4%}  {road}")
    total = sum(roads.values())
    share, members = simulate(size, seed, tries(3, timedelta(days=360)))
    error = (share * (1 - share) / members) ** 0.5
    print(f"{total:8.4%}  document and e-mail, all ways in, by arithmetic; bound {BOUND:.0%}")
    print(f"{share:8.4%}  questions alone, simulated on {members} members (standard error {error:.4%})")
    return int(total > BOUND or share - 3 * error > roads["questions"])


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
