"""The published figures: each goal against its limit or peer, measured in the same run.

    python -m tests.bench                         each goal that has a measurement
    python -m tests.bench --goal 1 --goal 5       some of them
    python -m tests.bench --long                  the import with a million rows instead of a hundred thousand

Writes artefacts/bench.json and the table of docs/benchmarks.md; what was not measured this time keeps its row. Needs PostgreSQL
(BENCH_SERVER, databases named bench_… are made and dropped) and, for the peers, PyPI.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path

from tests.bench import bulk, door, pages, report
from tests.bench.figures import Figure
from tests.bench.peers import Peers, built
from tests.bench.portal import Portal, furnished

SERVER = os.environ.get("BENCH_SERVER", "postgres://postgres@127.0.0.1:5432")


class Sides:
    """Both sides, made when the first goal asks for them."""

    def __init__(self, stack: ExitStack, folder: Path, members: int, rows: int) -> None:
        self._stack, self._folder, self._members = stack, folder, members
        self.rows = rows

    @cached_property
    def ours(self) -> Portal:
        return self._stack.enter_context(furnished(SERVER, self._folder, self._members))

    @cached_property
    def theirs(self) -> Peers:
        return self._stack.enter_context(built(SERVER, self._folder))


RUNS: dict[tuple[int, ...], Callable[[Sides], list[Figure]]] = {
    (1,): lambda sides: [door.sign_in_post(sides.ours)],
    (5,): lambda sides: [pages.fifty_rows(sides.ours, sides.theirs)],
    (6,): lambda sides: [door.forms(sides.ours, sides.theirs)],
    (2, 3): lambda sides: door.whole_sign_ins(sides.ours, sides.theirs),
    (12,): lambda sides: [door.memory(sides.ours)],
    (13,): lambda sides: [pages.pdf(sides.ours)],
    (4,): lambda sides: [pages.in_a_flood(sides.ours)],
    (9,): lambda sides: [bulk.imports(SERVER, sides.rows)],
    (11,): lambda sides: [bulk.keys(SERVER)],
}
MEASURED = [number for numbers in RUNS for number in numbers]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--goal", type=int, action="append", choices=sorted(MEASURED))
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--long", action="store_true")
    asked = parser.parse_args()
    wanted = set(asked.goal or MEASURED)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        sides = Sides(stack, Path(folder), asked.members, 1_000_000 if asked.long else 100_000)
        for numbers, run in RUNS.items():
            if wanted & set(numbers):
                for figure in run(sides):
                    report.keep(figure)


if __name__ == "__main__":
    main()
