"""Plain INSERT statements for the few tables that most actions write to.

Django's ORM compiles each insert anew, at three times the processor time of the statement itself (measured).
"""

from collections.abc import Sequence
from functools import cache

from django.db import connection, models

from common.sql.batch import Statement, run_batch

AT_ONCE = 500  # rows a statement; times their columns it stays below SQLite's limit of 32,766 parameters


def insert(rows: Sequence[models.Model]) -> None:
    """Insert rows of one model. Fields adapt the values; an automatic primary key stays unset."""
    for statement in insert_statements(rows):
        run_batch(statement)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def insert_returning_id(row: models.Model) -> None:
    """Insert one row and set its primary key to the id that the database generated."""
    text, values = _insertion([row])
    (answer,) = run_batch((f"{text} RETURNING id", values))
    row.pk = answer.rows[0][0]
    row._state.adding, row._state.db = False, connection.alias


def insert_statements(rows: Sequence[models.Model]) -> list[Statement]:
    """The statements of `insert`, to run in one batch with others."""
    return [_insertion(rows[first : first + AT_ONCE]) for first in range(0, len(rows), AT_ONCE)]


def _insertion(rows: Sequence[models.Model]) -> Statement:
    fields, start, marks = _words(type(rows[0]))
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields]
    return start + ", ".join([marks] * len(rows)), values


@cache
def _words(model: type[models.Model]) -> tuple[list[models.Field], str, str]:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return fields, f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ', f"({marks})"  # noqa: S608  names of our own
