"""Claim a row of the queue, and keep it while work on it is under way."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar
from uuid import uuid4

from django.db import DatabaseError, connection
from django.db.models import F, QuerySet
from django.utils import timezone

from outbox.models import Beat, State, Work

log = logging.getLogger("outbox")
W = TypeVar("W", bound=Work)

LEASE = timedelta(seconds=90)
RENEW_EVERY = 30  # seconds


def beat() -> None:
    """Save the worker's heartbeat."""
    Beat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})


def claim(model: type[W], pk: object) -> W | None:
    """The row, if it is due and this worker's UPDATE is the first to claim it.

    A claim moves the due time by `LEASE` and counts the try at once, so a try that kills the worker is counted too.
    """
    now, lease = timezone.now(), uuid4()
    due = model._default_manager.filter(pk=pk, state=State.QUEUED, due_at__lte=now)
    if not due.update(due_at=now + LEASE, lease=lease, tries=F("tries") + 1):
        return None
    return model._default_manager.filter(pk=pk, lease=lease).first()


def leased(work: Work) -> QuerySet[Work]:
    """The row, if this worker still holds its lease."""
    return type(work)._default_manager.filter(pk=work.pk, lease=work.lease, state=State.QUEUED)


@contextmanager
def renewed_lease(work: Work) -> Iterator[None]:
    """Renew the lease in a thread while the block runs: a mail server may take ten minutes to answer."""
    over = threading.Event()
    renewing = threading.Thread(target=_renew_until, args=(over, work), daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()


def _renew_until(over: threading.Event, work: Work) -> None:
    try:
        while not over.wait(RENEW_EVERY):
            _renew(work)
    finally:
        connection.close()  # this thread's own


def _renew(work: Work) -> None:
    try:
        beat()
        leased(work).update(due_at=timezone.now() + LEASE)
    except DatabaseError as error:  # the next round tries again; until then the lease still has a minute
        log.warning("lease not renewed", extra={"kind": work.kind, "error": type(error).__name__})
