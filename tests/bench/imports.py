"""Goals 9 and 10, and `import_members` on SQLite: beside psql's COPY, the merge alone, and `executemany`.

    python -m tests.bench.imports ROWS [TIMES] [postgres://postgres@127.0.0.1:5432]

Makes its databases anew. COPY takes the same file into the same table with its indexes; the columns the file lacks get
defaults for that. «The merge alone» is one INSERT … ON CONFLICT DO UPDATE of the whole file from a staging table that
is already filled: no reading of the file, no checks, no report. Medians; figures of a machine that does something else
at the same time are worth nothing but as ratios.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.databases import a_database, psql, scratch, settle
from tests.bench.people import write_people
from tests.bench.signals import ROOT, exit_when_stopped, run_module

COLUMNS = (
    "document,document_type,first_names,last_names,birth_date,issue_date,email,mobile,landline,address,city,branch,"
    "joined_on,status"
)
DEFAULTS = {
    "search_name": "''", "epoch": "''", "password": "'!'", "is_superuser": "false", "in_registry": "true",
    "is_staff": "false", "is_active": "true", "created_at": "now()",
}  # fmt: skip
DEFAULT = ", ".join(f"ALTER {name} SET DEFAULT {value}" for name, value in DEFAULTS.items())
COPY = f"\\copy accounts_member ({COLUMNS}) FROM '{{}}' WITH (FORMAT csv, HEADER, FORCE_NOT_NULL (email))"
STAGE = f"CREATE UNLOGGED TABLE stage AS SELECT {COLUMNS} FROM accounts_member"  # noqa: S608
SETS = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS.split(",")[1:])
MERGE = f"INSERT INTO accounts_member ({COLUMNS}) SELECT * FROM stage ON CONFLICT (document) DO UPDATE SET {SETS}"  # noqa: S608
DIFFERS = " OR ".join(f"accounts_member.{name} IS DISTINCT FROM excluded.{name}" for name in COLUMNS.split(",")[1:])
EMPTY = a_database("empty")
Round = dict[str, float]  # seconds, and the memory in MiB


def main(rows: int, times: int = 1, server: str = "postgres://postgres@127.0.0.1:5432") -> None:
    with tempfile.TemporaryDirectory(prefix="bench_") as folder:
        file = write_people(Path(folder) / "people.csv", rows)
        with scratch(f"{server}/{EMPTY}") as empty:
            manage(empty, "migrate", "--verbosity", "0")
            settle(empty)
            postgres = [_on_postgres(f"{server}/{a_database('imports')}", file) for _ in range(times)]
        sqlite = [_on_sqlite(Path(folder) / f"bench{at}.sqlite3", file) for at in range(times)]
    found = {"PostgreSQL": _medians(rows, postgres), "SQLite": _medians(rows, sqlite)}
    print(json.dumps({"rows": rows, "times": times, **found}, indent=1))


def _medians(rows: int, rounds: list[Round]) -> dict[str, Any]:
    """Medians: rows a second of each, the two shares, the memory."""
    shares = {"new ÷ limit": median(one["limit"] / one["new"] for one in rounds)}
    if "merge" in rounds[0]:
        shares["all present ÷ merge"] = median(one["merge"] / one["all present"] for one in rounds)
        shares["all present ÷ comparison"] = median(one["comparison"] / one["all present"] for one in rounds)
    memory = max(one.pop("MiB") for one in rounds)
    rates = {name: rows / median(one[name] for one in rounds) for name in rounds[0]}
    return {"rows a second": rates, **shares, "memory MiB": memory}


def _on_postgres(url: str, file: Path) -> Round:
    with scratch(url, template=EMPTY):
        new, memory = timed_import(url, file)
        same, memory_again = timed_import(url, file)
        psql(url, f"ALTER TABLE accounts_member {DEFAULT}", STAGE, "VACUUM ANALYZE")
        comparison = timed(lambda: psql(url, f"{MERGE} WHERE {DIFFERS}"))
        merge = timed(lambda: psql(url, MERGE))
        psql(url, "TRUNCATE accounts_member CASCADE", "VACUUM")
        copy = timed(lambda: psql(url, COPY.format(file)))
    return {"new": new, "all present": same, "limit": copy, "merge": merge, "comparison": comparison,
            "MiB": max(memory, memory_again)}  # fmt: skip


def _on_sqlite(path: Path, file: Path) -> Round:
    with scratch(f"sqlite:///{path}") as url:
        manage(url, "migrate", "--verbosity", "0")
        new, memory = timed_import(url, file)
        same, memory_again = timed_import(url, file)
        return {
            "new": new,
            "all present": same,
            "limit": run_module("tests.bench.executemany", str(path)),
            "MiB": max(memory, memory_again),
        }


def environment(url: str) -> dict[str, str]:
    return os.environ | {"TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}


def manage(url: str, *words: str) -> None:
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment(url), check=True, stdout=subprocess.DEVNULL)


def timed_import(url: str, file: Path) -> tuple[float, float]:
    """Seconds of the whole command, start of Python included, and its peak memory in MiB.

    The system counts into a child's peak what its parent had used when it was born: this process must stay small."""
    begun = time.monotonic()
    command = [sys.executable, "manage.py", "import_members", str(file), "--yes"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(url), stdout=subprocess.DEVNULL)
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        raise
    if status:
        raise RuntimeError(f"import_members ended with {status}")
    return time.monotonic() - begun, usage.ru_maxrss / 1024


def timed(work: Callable[[], object]) -> float:
    """Seconds, start of psql included."""
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


if __name__ == "__main__":
    exit_when_stopped()
    main(int(sys.argv[1]), *(int(word) for word in sys.argv[2:3]), *sys.argv[3:4])
