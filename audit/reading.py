"""SELECT of one row as one plain statement, for what every page of a road reads anew.

Django's own query is built from its parts each time, at three times the processor time of the statement itself.
"""

from functools import cache
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)
Convert = tuple[int, Any, Any]  # of which column, how, and what the database's converters want to know of it


def find(model: type[M], where: str, *values: Any, lock: bool = False) -> M | None:
    """The row of `model` for which `where` holds (its columns' own names, `%s` for each value); None without one."""
    names, select, converters = _statement(model, connection.vendor)
    for_update = " FOR UPDATE" if lock and connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(f"{select}{where}{for_update}", values)
        row = cursor.fetchone()
    return model.from_db(connection.alias, names, _converted(row, converters)) if row else None


def _converted(row: tuple[Any, ...], converters: list[Convert]) -> list[Any]:
    values = list(row)
    for at, convert, column in converters:
        values[at] = convert(values[at], column, connection)
    return values


@cache
def _statement(model: type[models.Model], vendor: str) -> tuple[list[str], str, list[Convert]]:
    table, fields = model._meta.db_table, model._meta.concrete_fields
    columns = [field.get_col(table) for field in fields]
    converters = [
        (at, convert, column)
        for at, column in enumerate(columns)
        for convert in [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
    ]
    listed = ", ".join(f'"{field.column}"' for field in fields)
    return [field.attname for field in fields], f'SELECT {listed} FROM "{table}" WHERE ', converters  # noqa: S608
