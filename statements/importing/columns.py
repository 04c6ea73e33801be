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
MONEY = cells.Kind(_parse_money, lambda texts: all(map(_PLAIN_MONEY.fullmatch, texts)), cells.NUMBERS)
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


def _target(name: str, kind: cells.Kind, field: str, sql: str, about: str, example: str, *, required: bool = False) -> Target:
    return Target(Column(name, kind, required, about, example), field, sql)


def _required(name: str, kind: cells.Kind, field: str, sql: str, about: str, example: str) -> Target:
    return _target(name, kind, field, sql, about, example, required=True)


def product_targets(today: dt.date) -> list[Target]:
    past, any_day = cells.day(earliest=EARLIEST, latest=today), cells.day(earliest=EARLIEST, latest=today + FURTHEST)
    number, percent, count = cells.identifier(32), cells.PERCENT, cells.integer()
    return [
        _required("documento", cells.DOCUMENT, "document", "text", "documento del asociado, que ya debe estar", "1020304"),
        _required("numero", number, "number", "text", "número del producto, único en la entidad", "0101-000123"),
        _required("tipo", PRODUCT_KIND, "kind", "text", f"una de estas palabras: {', '.join(Kind.values)}", "credito"),
        _target("linea", cells.text(80), "line", "text", "nombre del producto, como se muestra", "Libre inversión"),
        _required("saldo", MONEY, "balance", "bigint", "saldo en la fecha de corte, en pesos", "1234567,89"),
        _target("cuota", MONEY, "instalment", "bigint", "valor de la cuota, en pesos", "150000,00"),
        _target("tasa_ea", percent, "annual_rate", "numeric", "tasa efectiva anual, en porcentaje", "12,68"),
        _target("valor_inicial", MONEY, "initial_amount", "bigint", "valor con el que empezó, en pesos", "2000000,00"),
        _target("cuotas_pendientes", count, "instalments_left", "integer", "cuotas que faltan", "9"),
        _target("fecha_apertura", past, "opened_on", "date", "fecha de apertura o desembolso", "2024-03-15"),
        _target("fecha_vencimiento", any_day, "matures_on", "date", "fecha de vencimiento", "2027-03-15"),
        _target("proximo_pago", any_day, "next_payment_on", "date", "fecha del próximo pago", "2025-07-15"),
        _target("valor_mora", MONEY, "arrears_amount", "bigint", "valor en mora, en pesos", "0,00"),
        _target("dias_mora", count, "arrears_days", "integer", "días en mora", "0"),
        _required("fecha_corte", past, "cutoff_on", "date", "fecha en que valen saldo, mora y cuotas", "2025-06-30"),
    ]


def movement_targets(today: dt.date) -> list[Target]:
    past = cells.day(earliest=EARLIEST, latest=today)
    return [
        _required("numero", cells.identifier(32), "number", "text", "número del producto, que ya debe estar", "0101-000123"),
        _required(
            "referencia", cells.identifier(40), "reference", "text", "lo que distingue el movimiento en su producto", "R-1"
        ),
        _required("fecha", past, "day", "date", "fecha del movimiento", "2025-06-15"),
        _required("concepto", cells.text(120), "concept", "text", "concepto, como se muestra", "Desembolso"),
        _required("valor", MONEY, "amount", "bigint", "valor en pesos, negativo si resta al saldo", "1234567,89"),
        _required("saldo", MONEY, "balance", "bigint", "saldo después del movimiento: el anterior más el valor", "1234567,89"),
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
