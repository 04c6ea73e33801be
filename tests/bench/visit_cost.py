"""Processor time of a whole visit: form, key, statement, statement again, home page; server and PostgreSQL.

    python -m tests.bench.visit_cost

The figure that `capacity.py` and `docs/scale.md` compute with.
"""

import os
import tempfile
from functools import partial
from pathlib import Path
from statistics import median

from tests.bench import portal
from tests.bench.costs import Cost, argon2_milliseconds, cost
from tests.bench.databases import a_database
from tests.bench.portal import furnished
from tests.bench.servers import Server
from tests.bench.signals import exit_when_stopped
from tests.bench.visits import numbered

SERVER = os.environ.get("BENCH_SERVER", "postgres://postgres@127.0.0.1:5432")
MEMBERS, MOVEMENTS, VISITS, ROUNDS = 3_000, 20, 100, 5


def visit(server: Server, number: int) -> None:
    browser = portal.member_inside(server, portal.document(number), number)
    browser.get(portal.STATEMENT)
    browser.get("/")
    browser.close()


def main() -> None:
    exit_when_stopped()
    pure: list[float] = []
    found: list[Cost] = []
    with tempfile.TemporaryDirectory(prefix="bench_") as folder:
        url = f"{SERVER}/{a_database('visit')}"
        with furnished(url, Path(folder) / "visit", MEMBERS, MOVEMENTS) as ours, ours.serving() as server:
            numbered(lambda number: visit(server, number), range(VISITS))  # warm
            for turn in range(1, ROUNDS + 1):
                numbers = range(turn * VISITS, (turn + 1) * VISITS)
                pure.append(argon2_milliseconds(VISITS))
                found.append(cost(server, ours.database, partial(numbered, partial(visit, server), numbers)))
    server_ms, database_ms = median(one.server for one in found), median(one.database for one in found)
    print(f"visit: server {server_ms:.1f} ms, PostgreSQL {database_ms:.1f} ms; Argon2 alone {median(pure):.1f} ms")


if __name__ == "__main__":
    main()
