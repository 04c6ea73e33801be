"""How fast `import_members` is, against psql's plain COPY (PostgreSQL) and `executemany` (SQLite) in the same run.

    python -m tests.bench.imports ROWS [postgres://postgres@127.0.0.1:5432/bench_imports]

Makes its database anew. COPY takes the same file into the same table with its indexes; the columns the file lacks get
defaults for that. Figures of a machine that does something else at the same time are worth nothing but as ratios.
"""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.people import write_people

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = (
    "document,document_type,first_names,last_names,birth_date,issue_date,email,mobile,landline,address,city,branch,"
    "joined_on,status"
)
DEFAULTS = {
    "search_name": "''", "epoch": "''", "password": "'!'", "is_superuser": "false", "in_registry": "true",
    "is_staff": "false", "is_active": "true", "created_at": "now()",
}  # fmt: skip


def main(rows: int, server: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = write_people(Path(folder) / "people.csv", rows)
        print(json.dumps(on_postgres(file, rows, server), indent=1))
        print(json.dumps(on_sqlite(file, rows, Path(folder)), indent=1))


def on_postgres(file: Path, rows: int, url: str) -> dict[str, object]:
    server, _, name = url.rpartition("/")
    psql(f"{server}/postgres", f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')
    manage(url, "migrate", "--verbosity", "0")
    psql(url, "VACUUM ANALYZE")
    new, memory = timed_import(url, file)
    same, memory_again = timed_import(url, file)
    copy = plain_copy(url, file)
    psql(f"{server}/postgres", f'DROP DATABASE "{name}"')
    return told("PostgreSQL", rows, new, same, copy, max(memory, memory_again))


def on_sqlite(file: Path, rows: int, folder: Path) -> dict[str, object]:
    url = f"sqlite:///{folder}/bench.sqlite3"
    manage(url, "migrate", "--verbosity", "0")
    new, memory = timed_import(url, file)
    same, memory_again = timed_import(url, file)
    return told("SQLite", rows, new, same, executemany(folder / "bench.sqlite3"), max(memory, memory_again))


def told(database: str, rows: int, new: float, same: float, limit: float, memory: int) -> dict[str, object]:
    rate = {name: round(rows / seconds) for name, seconds in (("new", new), ("all present", same), ("limit", limit))}
    share = {"new / limit": round(limit / new, 2), "all present / limit": round(limit / same, 2)}
    return {"database": database, "rows": rows, "rows a second": rate, **share, "memory MiB": memory // 1024}


def environment(url: str) -> dict[str, str]:
    return os.environ | {"TEST_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}


def manage(url: str, *words: str) -> None:
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment(url), check=True, stdout=subprocess.DEVNULL)


def timed_import(url: str, file: Path) -> tuple[float, int]:
    """Seconds of the whole command, start of Python included, and its peak memory in KiB."""
    begun = time.monotonic()
    command = [sys.executable, "manage.py", "import_members", str(file), "--yes"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(url), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0
    return time.monotonic() - begun, usage.ru_maxrss


def plain_copy(url: str, file: Path) -> float:
    defaults = [f"ALTER TABLE accounts_member ALTER {name} SET DEFAULT {value}" for name, value in DEFAULTS.items()]
    psql(url, *defaults, "TRUNCATE accounts_member CASCADE", "VACUUM")
    begun = time.monotonic()
    psql(url, f"\\copy accounts_member ({COLUMNS}) FROM '{file}' WITH (FORMAT csv, HEADER, FORCE_NOT_NULL (email))")
    return time.monotonic() - begun


def psql(url: str, *statements: str) -> None:
    words = [word for statement in statements for word in ("--command", statement)]
    subprocess.run(["psql", "--quiet", "--no-psqlrc", url, *words], check=True, stderr=subprocess.DEVNULL)


def executemany(path: Path) -> float:
    """The rows as they now are, into the emptied table of the same file."""
    with sqlite3.connect(path) as database:
        names = [row[1] for row in database.execute("PRAGMA table_info(accounts_member)")]
        rows = database.execute("SELECT * FROM accounts_member").fetchall()
        database.execute("DELETE FROM accounts_member")
        database.commit()
        marks = ",".join("?" * len(names))
        begun = time.monotonic()
        database.executemany(f"INSERT INTO accounts_member VALUES ({marks})", rows)  # noqa: S608  marks alone
        database.commit()
        return time.monotonic() - begun


if __name__ == "__main__":
    url = sys.argv[2] if len(sys.argv) > 2 else "postgres://postgres@127.0.0.1:5432/bench_imports"
    main(int(sys.argv[1]), url)
