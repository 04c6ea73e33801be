"""Can the right answer be guessed from a page of the recovery? Can a member be told from a stranger by it?

    python -m tests.attacks.answer_groups_simulation [--long]

Each rule is learnt in another registry, whose answers are all known: in another town, and in the same one. The attacker then
has every member's page, every document, the pages of each member's household, the public groups and the values too
frequent to be asked; only the answers are missing.
"""

import argparse
import sys
from collections import Counter

from recovery.masked_values import KINDS
from tests.attacks.answer_rules import Tally, learnt_in, learnt_rules, simple_rules, tally
from tests.attacks.households import registry
from tests.attacks.member_suspicion import tell_apart
from tests.attacks.simulated_portal import ELSEWHERE, LEARNT_MEMBERS, TOWNS, coverage, portal, standard_error

QUESTION_BOUND, KIND_BOUND, TRIPLE_BOUND = 0.125, 0.145, 1.6 / 729
COVERAGE_BOUND = 0.8
LEAST_BOUND = 300  # from so many members on the bounds hold
AREA_BOUNDS = ((2000, 0.53), (200, 0.56))


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


SHORT = {60: 20, 300: 20, 2000: 3}
LONG = {60: 100, 300: 60, 2000: 10, 20_000: 3}


def report(size: int, registries: int) -> bool:
    """Print the figures of one size; True if its bounds hold."""
    sums = guess(size, registries)
    name, best = max(sums.items(), key=lambda item: item[1].share())
    whole = max(sums.values(), key=lambda found: found.whole)
    triples = whole.whole / whole.triples
    print(f"{size} members, {registries} registries, {best.asked.total()} questions, {whole.triples} triples")
    print(f"  a question  {best.share():6.2%} ± {best.error():.2%}  {name}")
    kinds = [report_kind(kind, sums) for kind in KINDS]
    print(f"  three       {triples * 729:6.2f} ± {standard_error(triples, whole.triples) * 729:.2f} in 729")
    share, error = coverage(size, registries)
    print(f"  can recover {share:6.2%} ± {error:.2%}")
    alike = report_areas(size, registries)
    held = best.share() <= QUESTION_BOUND and max(kinds) <= KIND_BOUND and triples <= TRIPLE_BOUND
    return size < LEAST_BOUND or held and alike and share >= COVERAGE_BOUND


def report_kind(kind: str, sums: dict[str, Tally]) -> float:
    rule = max(sums, key=lambda rule: sums[rule].share(kind))
    print(f"  {kind:10}  {sums[rule].share(kind):6.2%} ± {sums[rule].error(kind):.2%}  {rule}")
    return sums[rule].share(kind)


def report_areas(size: int, registries: int) -> bool:
    bound = next((bound for least, bound in AREA_BOUNDS if size >= least), 1.0)
    alike = True
    for calendar in (False, True):
        area, error = tell_apart(size, registries, calendar=calendar)
        print(f"  members from strangers, AUC {area:.3f} ± {error:.3f}{', with the years of documents' if calendar else ''}")
        alike &= area <= bound
    return alike


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", action="store_true", help="more registries, and three of 20,000 members")
    parser.add_argument("--size", type=int, help="registries of this size only")
    options = parser.parse_args()
    sizes = LONG if options.long else SHORT
    held = [report(size, sizes[size]) for size in sizes if options.size in (None, size)]
    return int(not all(held))


if __name__ == "__main__":
    sys.exit(main())
