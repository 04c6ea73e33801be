"""Columns of the files of products and movements, and their conversion to database values.

A file's texts come canonical from `common.files.tables`. Money goes on as whole cents, which SQLite, too, adds exactly.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from common.files import cells
from common.files.tables import Batch, Column, Table
from statements.models import Kind

LARGEST = Decimal(10) ** 13  # pesos; the columns of the models hold no more
EARLIEST = dt.date(1930, 1, 1)  # before the oldest cooperative of the country
FURTHEST = dt.timedelta(days=365 * 50)  # the longest credit


def _parse_money(cell: str) -> str:
    value = cells.MONEY.parse(cell)
    if value and abs(Decimal(value)) >= LARGEST:
        raise cells.BadCell("tiene más de 13 cifras antes de la coma")
    return value


_PLAIN_MONEY = re.compile(r"(?:-?[1-9][0-9]{0,12}\.[0-9]{2}|0\.[0-9]{2})?")
MONEY = cells.Kind(_parse_money, lambda texts: all(map(_PLAIN_MONEY.fullmatch, texts)))
PRODUCT_KIND = cells.choice({kind.value: kind.value for kind in Kind})


@dataclass(frozen=True)
class Target:
    """A column of the file, and where its text goes."""

    column: Column
    field: str  # of the model
    sql: str  # type in the staging table

    @property
    def is_money(self) -> bool:
        return self.column.kind is MONEY


def _target(name: str, kind: cells.Kind, field: str, sql: str = "text", required: bool = False) -> Target:
    return Target(Column(name, kind, required), field, sql)


def product_targets(today: dt.date) -> list[Target]:
    past, any_day = cells.day(earliest=EARLIEST, latest=today), cells.day(earliest=EARLIEST, latest=today + FURTHEST)
    return [
        _target("documento", cells.DOCUMENT, "document", required=True),
        _target("numero", cells.text(32), "number", required=True),
        _target("tipo", PRODUCT_KIND, "kind", required=True),
        _target("linea", cells.text(80), "line"),
        _target("saldo", MONEY, "balance", "bigint", required=True),
        _target("cuota", MONEY, "instalment", "bigint"),
        _target("tasa_ea", cells.PERCENT, "annual_rate", "numeric"),
        _target("valor_inicial", MONEY, "initial_amount", "bigint"),
        _target("cuotas_pendientes", cells.integer(), "instalments_left", "integer"),
        _target("fecha_apertura", past, "opened_on", "date"),
        _target("fecha_vencimiento", any_day, "matures_on", "date"),
        _target("proximo_pago", any_day, "next_payment_on", "date"),
        _target("valor_mora", MONEY, "arrears_amount", "bigint"),
        _target("dias_mora", cells.integer(), "arrears_days", "integer"),
        _target("fecha_corte", past, "cutoff_on", "date", required=True),
    ]


def movement_targets(today: dt.date) -> list[Target]:
    return [
        _target("numero", cells.text(32), "number", required=True),
        _target("referencia", cells.text(40), "reference", required=True),
        _target("fecha", cells.day(earliest=EARLIEST, latest=today), "day", "date", required=True),
        _target("concepto", cells.text(120), "concept", required=True),
        _target("valor", MONEY, "amount", "bigint", required=True),
        _target("saldo", MONEY, "balance", "bigint", required=True),
    ]


def staged_rows(batch: Batch, table: Table, targets: Sequence[Target]) -> Iterable[tuple]:
    """Line and values of a batch as the staging table takes them: cents, and NULL for an empty cell that is no text."""
    by_name = dict(zip((column.name for column in table.columns), batch.columns, strict=True))
    return zip(batch.lines, *(_staged(target, by_name[target.column.name]) for target in targets), strict=True)


def _staged(target: Target, texts: Sequence[str]) -> Sequence[object]:
    if target.is_money:
        return [int(text.replace(".", "")) if text else None for text in texts]
    return texts if target.sql == "text" or "" not in texts else [text or None for text in texts]


def told_cells(table: Table, targets: Sequence[Target], staged: Sequence[object]) -> list[str]:
    """A staged row as its file has it, for the report of rejects."""
    told = {target.column.name: _told(target, value) for target, value in zip(targets, staged, strict=True)}
    return [told.get(name, "") for name in table.header]


def _told(target: Target, value: object) -> str:
    if value is None:
        return ""
    return str(Decimal(str(value)).scaleb(-2)) if target.is_money else str(value)
