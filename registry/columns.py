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


def member_columns(today: date) -> list[Column]:
    """The columns of a members file; no date may be after `today`."""
    day = cells.day(latest=today)
    kinds = {
        "documento": cells.DOCUMENT,
        "tipo_documento": cells.text(10),
        "nombres": cells.text(80),
        "apellidos": cells.text(80),
        "fecha_nacimiento": day,
        "fecha_expedicion": day,
        "correo": cells.EMAIL,
        "celular": cells.PHONE,
        "telefono": cells.PHONE,
        "direccion": cells.text(120),
        "ciudad": cells.text(60),
        "agencia": cells.text(60),
        "fecha_afiliacion": day,
        "estado": cells.choice({"activo": "active", "retirado": "retired"}),
    }
    required = {"documento", "nombres", "apellidos"}
    return [Column(name, kind, name in required) for name, kind in kinds.items()]


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
