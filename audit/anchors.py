"""Anchors: the newest number and MAC of the chain, kept in a file away from the database.

One per line: `number mac time`. `verify_audit` compares them with the trail to find a truncated or rewritten tail.
"""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.utils import timezone

from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Head
from audit.record import record
from common.files.output import BadOutput, check_output, said_reason

LINE = re.compile(r"(?P<number>[1-9]\d{0,18}) (?P<mac>[0-9a-f]{64})(?: (?P<at>\S+))?")


class BadAnchor(ValueError):
    """The anchor file cannot be read or written; the text is Spanish, for the operator."""


@dataclass(frozen=True)
class Anchor:
    """Number and MAC of the chain's head at one time; `at` is None if the line has no time."""

    number: int
    mac: str
    at: datetime | None = None


def read_anchors(path: Path) -> list[Anchor]:
    """The anchors of the file, in file order; raises BadAnchor if it is missing or malformed."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeError) as error:
        raise BadAnchor(f"No se puede leer el archivo de anclas {path}: {error.__class__.__name__}.") from error
    return [_parse(line, number) for number, line in enumerate(lines, start=1) if line.strip()]


def _parse(line: str, line_number: int) -> Anchor:
    found = LINE.fullmatch(line.strip())
    if not found:
        raise BadAnchor(f"La línea {line_number} del archivo de anclas no es un ancla: «número MAC hora».")
    try:
        at = datetime.fromisoformat(found["at"]) if found["at"] else None
    except ValueError as error:
        raise BadAnchor(f"La línea {line_number} del archivo de anclas lleva una hora que no existe.") from error
    return Anchor(int(found["number"]), found["mac"], at)


def write_anchor(path: Path, *, by: Actor) -> Anchor:
    """Append the current head of the chain; the file is created with mode 0600. Raises BadAnchor."""
    head = Head.objects.get(pk=1)
    if head.number == 0:
        raise BadAnchor("Todavía no hay eventos que anclar.")
    anchor = Anchor(head.number, head.mac, timezone.now())
    try:
        check_output(Path(os.path.realpath(path)))  # a link to another disk is a way to keep anchors elsewhere
        if path.exists():
            read_anchors(path)  # never append to a file of another kind
        _append(path, anchor)
    except BadOutput as error:
        raise BadAnchor(str(error)) from error
    except OSError as error:
        raise BadAnchor(f"No se puede escribir el ancla en {path}: {said_reason(error)}.") from error
    record(Kind.TRAIL_ANCHORED, by=by, until_number=anchor.number)
    return anchor


def _append(path: Path, anchor: Anchor) -> None:
    at = (anchor.at or timezone.now()).astimezone(UTC).isoformat(timespec="seconds")
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{anchor.number} {anchor.mac} {at}\n")
        file.flush()
        os.fsync(file.fileno())
