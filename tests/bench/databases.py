"""Databases of the benchmark, named bench_…: created anew, and dropped when the block ends."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def a_database(name: str) -> str:
    """A database name that is unique among concurrent runs."""
    return f"bench_{os.getpid()}_{name}"


def psql(url: str, *statements: str) -> str:
    """Run statements; the output has one line per row and `|` between columns. Raises CalledProcessError."""
    words = [word for statement in statements for word in ("--command", statement)]
    quiet = os.environ | {"PGOPTIONS": "-c client_min_messages=warning"}
    command = ["psql", "--quiet", "--no-psqlrc", "--no-align", "--tuples-only", "--set", "ON_ERROR_STOP=1", url, *words]
    return subprocess.run(command, check=True, env=quiet, stdout=subprocess.PIPE).stdout.decode()


@contextmanager
def scratch(url: str, template: str = "template1") -> Iterator[str]:
    """The database of `url` made anew, a PostgreSQL one like `template` or a file."""
    drop(url)
    if not is_file(url):
        psql(_postgres(url), f'CREATE DATABASE "{name_of(url)}" TEMPLATE "{template}"')
    try:
        yield url
    finally:
        drop(url)


def drop(url: str) -> None:
    if is_file(url):
        path = Path(url.removeprefix("sqlite:///"))
        for rest in path.parent.glob(f"{path.name}*"):
            rest.unlink()
        return
    psql(_postgres(url), f'DROP DATABASE IF EXISTS "{name_of(url)}" WITH (FORCE)')


def settle(url: str) -> None:
    """Vacuum, analyze and checkpoint, so that statistics are current and no writes are pending."""
    if not is_file(url):
        psql(url, "VACUUM ANALYZE", "CHECKPOINT")


def is_file(url: str) -> bool:
    return url.startswith("sqlite:")


def name_of(url: str) -> str:
    return url.rpartition("/")[2]


def _postgres(url: str) -> str:
    return f"{url.rpartition('/')[0]}/postgres"
