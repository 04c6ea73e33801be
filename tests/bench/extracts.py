"""How fast `make_statements` is, against typst alone on the same data in the same run.

    python -m tests.bench.extracts MEMBERS [TIMES] [postgres://postgres@127.0.0.1:5432]

Makes its database anew: members with two products and twenty movements in the month. Both sides use a process for each
processor. Medians; before and after each run of ours typst compiles the texts of all members, and nothing else is done.
"""

import json
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import mean, median
from typing import Any

from tests.bench.databases import a_database, scratch
from tests.bench.keys import _close, _import, _set_up, timed
from tests.bench.people import write_people
from tests.bench.signals import exit_when_stopped

MOVEMENTS = 20


def main(members: int, times: int = 3, server: str = "postgres://postgres@127.0.0.1:5432") -> None:
    with scratch(f"{server}/{a_database('extracts')}") as url, tempfile.TemporaryDirectory(prefix="bench_") as folder:
        _set_up(url)
        _import(write_people(Path(folder) / "people.csv", members))
        texts = _furnish()
        alone, ours, again = [members / timed(lambda: compile_all(texts))], [], []
        for at in range(times):
            out = Path(folder) / str(at)
            ours.append(members / timed(lambda out=out: make(out)))  # type: ignore[misc]
            again.append(members / timed(lambda out=out: make(out)))  # type: ignore[misc]
            alone.append(members / timed(lambda: compile_all(texts)))
        _close()
    shares = [rate / mean(alone[at : at + 2]) for at, rate in enumerate(ours)]
    found = {"share": median(shares), "lowest": min(shares), "highest": max(shares)}
    found |= {"extracts a second": median(ours), "typst alone a second": median(alone)}
    print(json.dumps(found | {"unchanged a second": median(again)}, indent=1))


def _furnish() -> list[dict[str, Any]]:
    """Give everybody a ledger; the texts of all extracts."""
    from accounts.models import Member
    from statements.extract.all_members import _members_with_products
    from statements.extract.reading import extracts_of
    from statements.extract.texts import texts_of
    from tests.bench.furnish import give_ledgers

    give_ledgers(list(Member.objects.order_by("pk")), MOVEMENTS)
    batches = [extracts_of(_month(), batch) for batch in _members_with_products()]
    return [texts_of(extract) for batch in batches for extract in batch.values()]


def _month() -> Any:
    from django.utils import timezone

    from statements.months import Month

    return Month.of(timezone.localdate()).plus(-1)


def make(folder: Path) -> None:
    from audit.actors import Actor
    from statements.importing.actions import make_statements

    make_statements(month=_month(), folder=folder, by=Actor.operator("bench"))


def compile_all(texts: list[dict[str, Any]]) -> None:
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), mp_context=get_context("spawn")) as pool:
        assert sum(pool.map(_compiled_size, texts, chunksize=8))


def _compiled_size(texts: dict[str, Any]) -> int:
    from common.pdf import tagged_pdf
    from statements.extract.typesetting import TEMPLATE

    return len(tagged_pdf(TEMPLATE, texts))


if __name__ == "__main__":
    exit_when_stopped()
    main(int(sys.argv[1]), *(int(word) for word in sys.argv[2:3]), *sys.argv[3:4])
