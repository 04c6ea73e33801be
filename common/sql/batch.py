"""Batches: several SQL statements in one round trip, for the hot paths of a visit (docs/decisions/0025).

Each round trip to PostgreSQL wakes two processes and costs more than most statements. SQLite has no round trip, so its
statements run one after the other. A caller that needs one transaction must open it.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper

Statement = tuple[str, Sequence[Any]]


class Answer(NamedTuple):
    """The number of rows that a statement wrote, and the rows it returned."""

    written: int
    rows: list[tuple[Any, ...]]


def run_batch(*statements: Statement) -> list[Answer]:
    """Run them in order; one answer each. The first error stops the batch; PostgreSQL also undoes those before it."""
    database = connections[DEFAULT_DB_ALIAS]  # the proxy `connection` resolves it again for each attribute
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            return _in_one_message(cursor, statements)
        return _one_by_one(cursor, statements, database.ops.adapt_unknown_value)


def _in_one_message(cursor: CursorWrapper, statements: Sequence[Statement]) -> list[Answer]:
    cursor.execute(";".join(text for text, _ in statements), [value for _, values in statements for value in values])
    answers = [_answer(cursor, reads=cursor.pgresult.nfields)]
    while cursor.nextset():
        answers.append(_answer(cursor, reads=cursor.pgresult.nfields))
    return answers


def _one_by_one(cursor: CursorWrapper, statements: Sequence[Statement], adapt: Callable[[Any], Any]) -> list[Answer]:
    """SQLite stores datetimes as text without a time zone: `adapt` writes them as Django's fields do."""
    answers = []
    for text, values in statements:
        cursor.execute(text, [adapt(value) for value in values])
        answers.append(_answer(cursor, reads=cursor.description))
    return answers


def _answer(cursor: CursorWrapper, reads: object) -> Answer:
    return Answer(cursor.rowcount, cursor.fetchall() if reads else [])
