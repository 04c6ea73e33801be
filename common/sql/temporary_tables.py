"""Temporary tables, filled fast: COPY on PostgreSQL, batches on SQLite.

Rows of an import wait here until they have been judged: nobody else is held up, and a broken run leaves nothing behind.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from itertools import chain
from typing import Any

from django.db import connection, transaction


@contextmanager
def temporary(*names: str) -> Iterator[None]:
    """Drop the temporary tables of these names before and after the block.

    On PostgreSQL the block is one transaction: PgBouncer in transaction mode may give the next one another server, without
    these tables. On SQLite it is not: a transaction would make all other writers wait while the file is read.
    """
    with transaction.atomic() if connection.vendor == "postgresql" else nullcontext():
        drop(*names)
        yield
        drop(*names)


def drop(*names: str) -> None:
    """Drop those of these tables that there are."""
    schema = "pg_temp" if connection.vendor == "postgresql" else "temp"
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f"DROP TABLE IF EXISTS {schema}.{name}")


def create(name: str, columns: Mapping[str, str]) -> None:
    """An empty temporary table with these columns and their types."""
    listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {name} ({listed})")


def fill(name: str, columns: Sequence[str], batches: Iterable[Iterable[tuple[Any, ...]]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {name} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in chain.from_iterable(batches):
                    copy.write_row(row)
            return
        places = ", ".join(["%s"] * len(columns))
        for batch in batches:
            cursor.executemany(f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({places})", list(batch))  # noqa: S608 - our own names


def analyze(name: str) -> None:
    """Let PostgreSQL's planner know how many rows there are; it never looks at temporary tables by itself."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {name}")


def only_writer(table: str) -> None:
    """Until the transaction ends nobody else changes `table`; reading goes on. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '64MB'")  # a million rows are sorted several times
            cursor.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")
