"""Pure: how a row of the trail is written down for its MAC, and what a broken chain looks like."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

Mac = Callable[[bytes], str]
START = "0" * 64  # the MAC «before» the first row


class Row(Protocol):
    number: int
    at: datetime
    kind: str
    actor: str
    actor_role: str
    subject: str
    subject_tail: str
    network: str
    outcome: str
    details: str
    mac: str


@dataclass(frozen=True)
class Break:
    """The first thing wrong: at which number, and what, in Spanish for the operator."""

    number: int
    what: str


def canonical(row: Row) -> bytes:
    """The row as bytes, one way only: a JSON list in fixed order, time in UTC with microseconds."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [row.number, at, row.kind, row.actor, row.actor_role, row.subject, row.subject_tail]
    fields += [row.network, row.outcome, row.details]
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode()


def row_mac(row: Row, previous: str, mac: Mac) -> str:
    """The MAC over the row and the MAC before it (64 hex digits)."""
    return mac(previous.encode() + b"\n" + canonical(row))


def breaks(rows: Iterable[Row], mac: Mac, previous: str = START, number: int = 0) -> Iterator[Break]:
    """Everything wrong in rows that should follow `number`, in order of number."""
    for row in rows:
        if row.number != number + 1:
            yield Break(number + 1, f"falta el evento {number + 1}: después del {number} viene el {row.number}")
        elif row.mac != row_mac(row, previous, mac):
            yield Break(row.number, f"el evento {row.number} fue cambiado, movido o agregado")
        previous, number = row.mac, row.number
