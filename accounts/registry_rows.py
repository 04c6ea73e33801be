"""The members file: which columns it may have, and its rows as the database takes them."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from accounts import cells
from accounts.ahead import read_ahead
from accounts.documents import searchable_column
from accounts.staging import DATES
from accounts.tables import Batch, Column, Reject, Table

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
    """The columns a members file may have; no date may lie after `today`."""
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
    encoded: Any  # bytes for COPY, or rows for executemany


def prepared_rows(table: Table, *, for_copy: bool, ahead: int, constants: dict[str, str] | None = None) -> Iterator[Prepared]:
    """The file's batches, encoded by another thread while the database works; with `constants`, ready for the registry
    itself, else for the staging table. At most `ahead` batches lie prepared in memory."""
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
        columns |= {name: [value] * count for name, value in constants.items()}
    return Prepared(count, batch.rejects, _copy_text(columns) if for_copy else _rows(columns))


def _epochs(count: int) -> list[str]:
    """As models.new_epoch, 132 bits in 22 characters each, drawn together."""
    letters = urlsafe_b64encode(secrets.token_bytes(33 * (count // 2 + 1))).decode()
    return [letters[at : at + 22] for at in range(0, 22 * count, 22)]


def _copy_text(columns: dict[str, Sequence[str]]) -> bytes:
    """COPY's text format; the cells hold no tabs, line breaks or control characters."""
    texts: list[Sequence[str]] = []
    for name, values in columns.items():
        if "\\" in "".join(values):
            values = [value.replace("\\", "\\\\") for value in values]
        texts.append([value or "\\N" for value in values] if name in DATES else values)
    rows = map("\t".join, zip(*texts, strict=True))
    return "".join(f"{row}\n" for row in rows).encode()


def _rows(columns: dict[str, Sequence[str]]) -> list[tuple[Any, ...]]:
    values = [[value or None for value in column] if name in DATES else column for name, column in columns.items()]
    return list(zip(*values, strict=True))
