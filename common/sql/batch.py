"""Several statements in one round trip, for the deeds that every visit makes.

Each question to PostgreSQL wakes two processes and costs more than most statements do. On SQLite, where a statement is
no round trip, they simply follow each other. Whoever needs them in one transaction opens it.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper

Statement = tuple[str, Sequence[Any]]


class Answer(NamedTuple):
    """How many rows a statement wrote, and those it read."""

    written: int
    rows: list[tuple[Any, ...]]


def run_batch(*statements: Statement) -> list[Answer]:
    """Run them in order; an answer each. The first that fails ends it, and on PostgreSQL undoes those before it."""
    database = connections[DEFAULT_DB_ALIAS]  # `connection` would look for it at every word
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
    """SQLite keeps moments as text, which Django's fields write without a zone: `adapt` does as they do."""
    answers = []
    for text, values in statements:
        cursor.execute(text, [adapt(value) for value in values])
        answers.append(_answer(cursor, reads=cursor.description))
    return answers


def _answer(cursor: CursorWrapper, reads: object) -> Answer:
    return Answer(cursor.rowcount, cursor.fetchall() if reads else [])
