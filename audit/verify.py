"""Verify the whole audit trail against its MACs, its head row and the anchors, in batches."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction

from audit.anchors import Anchor
from audit.chain import START, Break, breaks
from audit.models import Event, Head
from vault.digests import audit_mac

BATCH = 2_000  # rows; about 3 MB


@dataclass
class Walk:
    """The state of a verification: number and MAC of the last verified row."""

    number: int = 0
    mac: str = START
    begun: bool = False


def first_break(anchors: Iterable[Anchor] = (), tell: Callable[[int], None] = lambda number: None) -> Break | None:
    """The first fault in the trail, or None. `tell(number)` reports progress after each batch.

    Rows are read without a lock; the few written meanwhile and the head row are checked under the head row's lock.
    """
    wanted = _by_number(anchors)
    walk = Walk()
    found = _walk(walk, wanted, tell)
    if found:
        return found
    with transaction.atomic():
        head = Head.objects.select_for_update().filter(pk=1).first()
        return _walk(walk, wanted, tell) or _compare_head(walk, head) or _cut_anchor(walk, wanted)


def head_agrees() -> bool:
    """Whether the head row matches the newest event: cheap enough for the health page."""
    with transaction.atomic():
        head = Head.objects.select_for_update().filter(pk=1).first()
        newest = Event.objects.order_by("-number").values_list("number", "mac").first()
    return head is not None and (newest or (0, START)) == (head.number, head.mac)


def _by_number(anchors: Iterable[Anchor]) -> dict[int, set[str]]:
    wanted: dict[int, set[str]] = {}
    for anchor in anchors:
        wanted.setdefault(anchor.number, set()).add(anchor.mac)
    return wanted


def _walk(walk: Walk, wanted: dict[int, set[str]], tell: Callable[[int], None]) -> Break | None:
    while batch := _next_rows(walk):
        if isinstance(batch, Break):
            return batch
        found = _first(_judge(batch, walk, wanted))
        if found:
            return found
        walk.number, walk.mac, walk.begun = batch[-1].number, batch[-1].mac, True
        tell(walk.number)
    return None


def _next_rows(walk: Walk) -> list[Event] | Break:
    """The next batch of rows. The first starts at the table's lowest number: a row before number 1 is forged, too."""
    rows = Event.objects.order_by("number")
    if walk.begun:
        rows = rows.filter(number__gt=walk.number)
    try:
        return list(rows[:BATCH])
    except (ValueError, TypeError):  # a malformed date or number, which `record` cannot have written
        return Break(walk.number + 1, f"después del evento {walk.number} hay una fila que no se puede leer")


def _judge(batch: list[Event], walk: Walk, wanted: dict[int, set[str]]) -> Iterator[Break]:
    yield from breaks(batch, audit_mac, walk.mac, walk.number)
    for row in batch:
        if wanted.get(row.number, {row.mac}) != {row.mac}:
            yield Break(row.number, f"el evento {row.number} no es el que se ancló")


def _first(found: Iterator[Break]) -> Break | None:
    return next(found, None)


def _compare_head(walk: Walk, head: Head | None) -> Break | None:
    if head is None:
        return Break(walk.number, "falta la fila que dice dónde termina la auditoría")
    if (head.number, head.mac) != (walk.number, walk.mac):
        return Break(
            min(head.number, walk.number) + 1,
            f"la auditoría dice terminar en el evento {head.number} y termina en el {walk.number}",
        )
    return None


def _cut_anchor(walk: Walk, wanted: dict[int, set[str]]) -> Break | None:
    cut = [number for number in wanted if number > walk.number]
    if not cut:
        return None
    return Break(walk.number + 1, f"se cortó el final: hay un ancla del evento {max(cut)} y el último es el {walk.number}")
