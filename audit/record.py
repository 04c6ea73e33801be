"""Record audit events; no other code writes them.

Events are collected during the outermost `action` and written at its end, under the head row's lock and in its transaction:
the action and its events are committed together or not at all, and the lock is held briefly.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from audit.actors import Actor
from audit.chain import row_mac
from audit.kinds import DETAILS, STORED_AS, Kind, Outcome
from audit.models import Event, Head
from common.sql.batch import run_batch
from common.sql.insert import insert_statements
from vault.digests import audit_mac, digest

Detail = str | int | bool | None | list[str]
# Digits with the length of a key (4 to 6) or of a «no fui yo» code (10), masked in free text.
SECRET_SHAPED = re.compile(r"(?<!\d)(\d{4,6}|\d{10})(?!\d)")
FREE_TEXT = {"reason", "how"}
_collected: ContextVar[list[Event] | None] = ContextVar("collected", default=None)


class NotForTheTrail(ValueError):
    """A detail's name is not in `kinds.DETAILS`: the trail accepts no forms, keys or answers."""


def subject_of(document: str) -> str:
    """The keyed digest that an event stores instead of the document; "" for none."""
    return digest("subject", document) if document else ""


@contextmanager
def action() -> Iterator[None]:
    """One transaction for an action and its events; nested, a savepoint of the outer one."""
    outer = _collected.get()
    if outer is not None:
        yield from _inner(outer)
        return
    token = _collected.set([])
    try:
        with transaction.atomic():
            yield
            _write(_collected.get() or [])
    finally:
        _collected.reset(token)


def write_collected() -> None:
    """Write the events collected so far, for actions with more events than should be held in memory.

    Call it in the outermost action only: a savepoint's rollback would not drop written events from the chain. The head row
    stays locked until the transaction ends.
    """
    if collected := _collected.get():
        _write(collected)
        collected.clear()


def _inner(outer: list[Event]) -> Iterator[None]:
    before = len(outer)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        del outer[before:]  # the savepoint was rolled back, so its events are dropped
        raise


def record(
    kind: Kind, *, by: Actor, document: str = "", outcome: str = Outcome.DONE, at: datetime | None = None, **details: Detail
) -> None:
    """Add an event to the running action, or write it at once outside one. Raises NotForTheTrail."""
    event = Event(
        at=at or timezone.now(),
        kind=kind,
        actor=_plain(by.name)[:60],
        actor_role=by.role[:20],
        subject=subject_of(document),
        subject_tail=document[-3:] if len(document) > 3 else "",
        network=by.network[:50],
        outcome=outcome,
        details=_checked(details),
    )
    collected = _collected.get()
    if collected is not None:
        collected.append(event)
        return
    with transaction.atomic():
        _write([event])


def _checked(details: dict[str, Detail]) -> str:
    details = {STORED_AS.get(name, name): value for name, value in details.items()}
    unknown = set(details) - DETAILS
    if unknown:
        raise NotForTheTrail(f"not allowed as detail: {', '.join(sorted(unknown))}")
    clean = {name: _scrubbed(name, value) for name, value in details.items() if value not in (None, "")}
    return json.dumps(clean, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def _scrubbed(name: str, value: Detail) -> Detail:
    if isinstance(value, str):
        value = _plain(value)[:500]
        return SECRET_SHAPED.sub("····", value) if name in FREE_TEXT else value
    return value


def _plain(text: str) -> str:
    # PostgreSQL stores no NUL and UTF-8 no lone surrogates; line breaks could forge rows in an exported file.
    text = text.encode("utf-8", "replace").decode()
    return "".join(character if character.isprintable() else " " for character in text).strip()


def _write(events: list[Event]) -> None:
    if not events:
        return
    number, mac = _locked_head()
    for event in events:
        event.number = number = number + 1
        event.mac = mac = row_mac(event, mac, audit_mac)
    *most, last = insert_statements(events)
    for statement in most:
        run_batch(statement)
    run_batch(last, ("UPDATE audit_head SET number = %s, mac = %s WHERE id = 1", [number, mac]))


def _locked_head() -> tuple[int, str]:
    """Number and MAC of the newest event; locks the head row (SQLite has a single writer anyway)."""
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    (answer,) = run_batch((f"SELECT number, mac FROM audit_head WHERE id = 1{lock}", []))  # noqa: S608  no value in it
    if not answer.rows:
        raise Head.DoesNotExist
    number, mac = answer.rows[0]
    return number, mac
