"""INSERT as one plain statement, for the few tables that every deed of the portal writes to.

Django's own insert asks each column for its expressions anew, at three times the processor time of the statement itself.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection, models

AT_ONCE = 500  # rows; times their columns it stays below SQLite's 32,766 values a statement


def insert(rows: Sequence[models.Model]) -> None:
    """Add rows of one model. Values are adapted by their fields; an automatic primary key is left unset."""
    for first in range(0, len(rows), AT_ONCE):
        _insert(rows[first : first + AT_ONCE])


def insert_numbered(row: models.Model) -> None:
    """Add one row and give it the automatic number the database drew for it."""
    fields, start, marks = _statement(type(row))
    with connection.cursor() as cursor:
        cursor.execute(f"{start}{marks} RETURNING id", _values(row, fields))
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias


def _insert(rows: Sequence[models.Model]) -> None:
    fields, start, marks = _statement(type(rows[0]))
    values = [value for row in rows for value in _values(row, fields)]
    with connection.cursor() as cursor:
        cursor.execute(start + ", ".join([marks] * len(rows)), values)


def _values(row: models.Model, fields: Sequence[models.Field]) -> list[Any]:
    return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]


@cache
def _statement(model: type[models.Model]) -> tuple[list[models.Field], str, str]:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return fields, f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ', f"({marks})"  # noqa: S608  names of our own
