"""Audit events for unreadable client addresses, which `doctor` reports.

Visitors without an address share one rate limit (docs/decisions/0037), so the operator must learn of it.
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
QUIET = 60  # seconds in which a process queries the trail once at most


class Noted:
    """When this process may query the trail again, in monotonic seconds."""

    after = 0.0


def note_unread(what: str) -> None:
    """Record an event, at most one per hour in the whole portal; never the address itself, which is a client's text."""
    if time.monotonic() < Noted.after:
        return
    Noted.after = time.monotonic() + QUIET
    log.warning("address unread", extra={"kind": what})
    try:
        if not last_unread(HOUR):
            record(Kind.ADDRESS_UNREAD, by=Actor.system("portal"), outcome=Outcome.FAILED, what=what)
    except Error:
        log.warning("address unread and not noted")  # the view will report that the database is down


def last_unread(within: timedelta) -> Event | None:
    """The newest such event of the last `within`, or None."""
    recent = Event.objects.filter(kind=Kind.ADDRESS_UNREAD, at__gt=timezone.now() - within)
    return recent.order_by("-number").first()
