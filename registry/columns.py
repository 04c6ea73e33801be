"""Columns of the members file, and their conversion to database values."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from common.colombia.documents import searchable_column
from common.files import cells
from common.files.read_ahead import read_ahead
from common.files.tables import Batch, Column, Reject, Table
from registry.brakes import DATES
from registry.staging import NO_DATE

FIELDS = {
    "documento": "document",
    "tipo_documento": "document_type",
    "nombres": "first_names",
    "apellidos": "last_names",
    "fecha_nacimiento": "birth_date",
    "fecha_expedicion": "issue_date",
    "correo": "email",
    "celular": "mobile",
    "telefono": "landline",
    "direccion": "address",
    "ciudad": "city",
    "agencia": "branch",
    "fecha_afiliacion": "joined_on",
    "estado": "status",
}
STATES = {"activo": "active", "retirado": "retired"}


def member_columns(today: date) -> list[Column]:
    """The columns of a members file; no date may be after `today`."""
    day = cells.day(latest=today)
    return [
        Column("documento", cells.DOCUMENT, True, "número del documento, de 3 a 15 cifras", "1020304"),
        Column("tipo_documento", cells.text(10), False, "tipo del documento, como lo usa la entidad", "CC"),
        Column("nombres", cells.text(80), True, "nombres, como se muestran", "Ana María"),
        Column("apellidos", cells.text(80), True, "apellidos, como se muestran", "Ruiz Peña"),
        Column("fecha_nacimiento", day, False, "fecha de nacimiento", "1980-05-31"),
        Column("fecha_expedicion", day, False, "fecha de expedición del documento", "1998-08-14"),
        Column("correo", cells.EMAIL, False, "un correo electrónico completo", "ana.ruiz@correo.example"),
        Column("celular", cells.PHONE, False, "teléfono celular, de 7 a 15 cifras", "3105552827"),
        Column("telefono", cells.PHONE, False, "teléfono fijo, de 7 a 15 cifras", "6045553419"),
        Column("direccion", cells.text(120), False, "dirección de residencia", "Calle 45 # 23-60"),
        Column("ciudad", cells.text(60), False, "ciudad de residencia", "Medellín"),
        Column("agencia", cells.text(60), False, "agencia a la que pertenece", "Centro"),
        Column("fecha_afiliacion", day, False, "fecha de afiliación", "2004-03-07"),
        Column(
            "estado", cells.choice(STATES), False, "activo o retirado; vacía deja el que está, y a los nuevos activos", "activo"
        ),
    ]


class Prepared(NamedTuple):
    """A batch of the file, typed and encoded."""

    rows: int
    rejects: list[Reject]
    encoded: Any  # bytes for COPY, or a flat list of values


def prepared_rows(table: Table, *, for_copy: bool, ahead: int, constants: dict[str, str] | None = None) -> Iterator[Prepared]:
    """The file's batches, encoded in a thread while the database works, at most `ahead` of them early.

    With `constants` they fit the registry's table, without them the staging table.
    """
    return read_ahead((_prepare(batch, for_copy, constants) for batch in table.batches()), ahead)


def _prepare(batch: Batch, for_copy: bool, constants: dict[str, str] | None) -> Prepared:
    count = len(batch.lines)
    columns: dict[str, Sequence[Any]] = dict(zip(FIELDS.values(), batch.columns, strict=True))
    columns["search_name"] = searchable_column(batch.columns[2], batch.columns[3])
    columns["epoch"] = _epochs(count)
    if constants is None:
        columns = {"line": list(map(str, batch.lines)), **columns}
    else:
        columns["status"] = [state or "active" for state in columns["status"]]
    encoded = _copy_text(columns, (constants or {}).values()) if for_copy else _flat(columns)
    return Prepared(count, batch.rejects, encoded)


def _epochs(count: int) -> list[str]:
    """Epochs as `models.new_epoch` makes them, 132 random bits in 22 characters each, generated together."""
    letters = urlsafe_b64encode(secrets.token_bytes(33 * (count // 2 + 1))).decode()
    return [letters[at : at + 22] for at in range(0, 22 * count, 22)]


def _copy_text(columns: dict[str, Sequence[str]], constants: Iterable[str]) -> bytes:
    """Rows in COPY's text format, each ending in `constants`. Cells contain no control characters (`cells.py`)."""
    end = "".join(f"\t{value}" for value in constants) + "\n"
    rows = map("\t".join, zip(*_with_empty_dates(columns, NO_DATE), strict=True))
    return "".join(f"{row}{end}" for row in rows).replace("\\", "\\\\").encode()


def _flat(columns: dict[str, Sequence[str]]) -> list[Any]:
    return list(chain.from_iterable(zip(*_with_empty_dates(columns, None), strict=True)))


def _with_empty_dates(columns: dict[str, Sequence[str]], empty: str | None) -> Iterator[Sequence[Any]]:
    """The columns, with `empty` for a missing date."""
    for name, values in columns.items():
        yield [value or empty for value in values] if name in DATES and "" in values else values
