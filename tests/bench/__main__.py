"""The published figures: each goal against its limit or peer, measured in the same run.

    python -m tests.bench                         each goal but those that need a million members
    python -m tests.bench --goal 1 --goal 5       some of them
    python -m tests.bench --long                  all, with a million members and 20 million movements; the import, once,
                                                  with a million rows
    python -m tests.bench --quick                 small sizes, to see that everything works: writes nothing

Writes artefacts/bench.json and the tables of docs/benchmarks.md; what was not measured this time keeps its row. Needs
PostgreSQL (BENCH_SERVER, a superuser's; databases named bench_… are made and dropped) and, for the peers, PyPI.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from tests.bench import beside, bulk, depth, flood, large, office, pages, recover, report
from tests.bench import sign_in as sign_ins
from tests.bench.databases import a_database
from tests.bench.figures import GOALS, Figure
from tests.bench.peers import Peers, built
from tests.bench.portal import Portal, furnished
from tests.bench.signals import exit_when_stopped
from tests.bench.sizes import QUICK, Size

SERVER = os.environ.get("BENCH_SERVER", "postgres://postgres@127.0.0.1:5432")


class Sides:
    """The portals and the peers, made when the first goal asks for them."""

    def __init__(self, stack: ExitStack, folder: Path, size: Size) -> None:
        self._stack, self._folder, self.size = stack, folder, size

    def _portal(self, name: str, members: int, ledger: int = 0) -> Portal:
        url = f"{SERVER}/{a_database(name)}"
        return self._stack.enter_context(furnished(url, self._folder / name, members, ledger))

    @cached_property
    def ours(self) -> Portal:
        return self._portal("ours", self.size.members)

    @cached_property
    def on_sqlite(self) -> Portal:
        folder = self._folder / "on_sqlite"
        return self._stack.enter_context(furnished(f"sqlite:///{folder}/portal.sqlite3", folder, self.size.members))

    @cached_property
    def small(self) -> Portal:
        return self._portal("small", self.size.small, self.size.ledger)

    @cached_property
    def large(self) -> Portal:
        return self._portal("large", self.size.large, self.size.ledger)

    @cached_property
    def theirs(self) -> Peers:
        return self._stack.enter_context(built(SERVER, self._folder))


def _depth(sides: Sides) -> list[Figure]:
    found = depth.statements(sides.small, sides.large, sides.size)
    if sides.size != QUICK:
        report.keep_plans(depth.plans(sides.small, sides.large))
    return found


RUNS: dict[tuple[int, ...], Callable[[Sides], list[Figure]]] = {
    (1,): lambda sides: [sign_ins.sign_in_post(sides.ours, sides.on_sqlite, sides.size)],
    (5,): lambda sides: [pages.fifty_rows(sides.ours, sides.on_sqlite, sides.theirs, sides.size)],
    (6,): lambda sides: [beside.forms(sides.ours, sides.theirs, sides.size)],
    (2, 3): lambda sides: beside.whole_sign_ins(sides.ours, sides.theirs, sides.size),
    (7,): lambda sides: [recover.whole(sides.ours, sides.theirs, sides.size)],
    (12,): lambda sides: [sign_ins.memory(sides.ours, sides.size)],
    (13,): lambda sides: [pages.pdf(sides.ours, sides.size)],
    (4,): lambda sides: [flood.in_a_flood(sides.ours, sides.size)],
    (9, 10, 21, 22): lambda sides: bulk.imports(SERVER, sides.size),
    (11, 20): lambda sides: bulk.keys(SERVER, sides.size),
    (23,): lambda sides: bulk.extracts(SERVER, sides.size),
    (8,): lambda sides: [large.at_a_million(sides.ours, sides.large, sides.size)],
    (16, 17, 18, 19): lambda sides: office.waits(sides.ours, sides.large, sides.size),
    (14, 15): _depth,
}
LONG = {8, *range(14, 20)}  # need the million members


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--goal", type=int, action="append", choices=sorted(GOALS))
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    exit_when_stopped()
    size = QUICK if asked.quick else Size()
    if asked.long:
        size = replace(size, rows=1_000_000, imports=1)
    wanted = set(asked.goal or (GOALS if asked.long or asked.quick else set(GOALS) - LONG))
    with tempfile.TemporaryDirectory(prefix="bench_") as folder, ExitStack() as stack:
        sides = Sides(stack, Path(folder), size)
        for run in [run for numbers, run in RUNS.items() if wanted & set(numbers)]:
            for figure in run(sides):
                report.say(figure)
                if not asked.quick:
                    report.keep(figure)


if __name__ == "__main__":
    main()
