"""The MAC chain of the audit trail: canonical form of a row, its MAC, and the checks of a chain. Pure functions."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

Mac = Callable[[bytes], str]
START = "0" * 64  # stands for the previous MAC in the first row


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
    """A fault in the trail: the number where it is, and a description in Spanish for the operator."""

    number: int
    what: str


def canonical(row: Row) -> bytes:
    """The row as unambiguous bytes: an ASCII JSON list of all fields in fixed order, time in UTC with microseconds."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [row.number, at, row.kind, row.actor, row.actor_role, row.subject, row.subject_tail]
    fields += [row.network, row.outcome, row.details]
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode()


def row_mac(row: Row, previous: str, mac: Mac) -> str:
    """The MAC over the previous row's MAC and this row, as 64 hex digits. It makes edits, swaps and removals detectable."""
    return mac(previous.encode() + b"\n" + canonical(row))


def breaks(rows: Iterable[Row], mac: Mac, previous: str = START, number: int = 0) -> Iterator[Break]:
    """The faults in rows that should continue the chain after `number`: gaps and rows whose MAC does not match."""
    for row in rows:
        if row.number != number + 1:
            yield Break(number + 1, f"falta el evento {number + 1}: después del {number} viene el {row.number}")
        elif row.mac != row_mac(row, previous, mac):
            yield Break(row.number, f"el evento {row.number} fue cambiado, movido o agregado")
        previous, number = row.mac, row.number
