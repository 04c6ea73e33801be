"""A trace of addresses that could not be read, so that `doctor` sees it whichever process met them.

Visitors without an address share limits (docs/decisions/0037): that must not go on silently.
"""

import logging
import time
from datetime import timedelta

from django.db import Error
from django.utils import timezone

from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.models import Event
from audit.record import record

log = logging.getLogger(__name__)
HOUR = timedelta(hours=1)
QUIET = 60  # seconds in which a process that has looked does not look again


class Noted:
    """When this process may look again. Monotonic seconds."""

    after = 0.0


def note_unread(what: str) -> None:
    """Leave an event, at most one an hour for the whole portal; never the text itself, which somebody else wrote."""
    if time.monotonic() < Noted.after:
        return
    Noted.after = time.monotonic() + QUIET
    log.warning("address unread", extra={"kind": what})
    try:
        if not last_unread(HOUR):
            record(Kind.ADDRESS_UNREAD, by=Actor.system("portal"), outcome=Outcome.FAILED, what=what)
    except Error:
        log.warning("address unread and not noted")  # the page itself will say that the database does not answer


def last_unread(within: timedelta) -> Event | None:
    """The newest such event."""
    recent = Event.objects.filter(kind=Kind.ADDRESS_UNREAD, at__gt=timezone.now() - within)
    return recent.order_by("-number").first()
