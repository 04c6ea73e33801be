"""Plain SELECT statements for the few rows that every page reads.

Django's ORM compiles each query anew, at four times the processor time of the query itself (measured). The result is the
same: model instances, with values converted by the same fields.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any, TypeVar

from django.db import connection, models

from common.sql.batch import run_batch

M = TypeVar("M", bound=models.Model)
Converter = Callable[[Any], Any]


def select(model: type[M], condition: str, *values: Any) -> list[M]:
    """The rows of one model that match `condition`: SQL text of ours, never input, with a `%s` for each value."""
    start, names, _ = _words(model)
    (answer,) = run_batch((start + condition, values))
    converters = _converters(model, connection.vendor)
    return [model.from_db("default", names, _converted(row, converters)) for row in answer.rows]


def select_one(model: type[M], condition: str, *values: Any, lock: bool = False) -> M | None:
    """The first row that matches, or None; `lock` locks it (FOR NO KEY UPDATE) until the transaction ends."""
    held = " FOR NO KEY UPDATE" if lock and connection.features.has_select_for_no_key_update else ""
    return next(iter(select(model, condition + held, *values)), None)


def _converted(row: tuple[Any, ...], converters: list[tuple[int, Converter]]) -> Sequence[Any]:
    if not converters:
        return row
    values = list(row)
    for place, convert in converters:
        values[place] = convert(values[place])
    return values


@cache
def _words(model: type[models.Model]) -> tuple[str, list[str], list[models.Field]]:
    fields = list(model._meta.concrete_fields)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    start = f'SELECT {columns} FROM "{model._meta.db_table}" WHERE '  # noqa: S608  names of our own
    return start, [field.attname for field in fields], fields


@cache
def _converters(model: type[models.Model], vendor: str) -> list[tuple[int, Converter]]:
    """Converters by column position: SQLite's text to datetimes and so on; PostgreSQL's values need none."""
    columns = [field.get_col(model._meta.db_table) for field in _words(model)[2]]
    return [(place, convert) for place, column in enumerate(columns) for convert in _converters_of(column)]


def _converters_of(column: Any) -> list[Converter]:
    found = [*connection.ops.get_db_converters(column), *column.field.get_db_converters(connection)]
    return [partial(_convert, convert, column) for convert in found]


def _convert(convert: Callable[..., Any], column: Any, value: Any) -> Any:
    return convert(value, column, connection)
