"""The audit trail as CSV, streamed: it is unbounded, so it is read in batches while it is sent.

For people, in the words and the hour of the office. `verify_audit` checks the stored rows, never this file; `codigo` is the
row's code in the chain, by which the row of an anchor is found.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet
from django.http.response import HttpResponseBase
from django.utils import timezone

from audit.models import Event
from backoffice.wording import details_words
from common.colombia.formats import fecha_corta
from common.files.csv_download import csv_stream, in_batches

AT_ONCE = 2_000  # events per batch
HEADER = ["numero", "fecha", "hora", "evento", "resultado", "quien", "en_calidad_de", "sujeto", "termina_en", "red", "detalles"]


def trail_csv(events: QuerySet[Event]) -> HttpResponseBase:
    """These events, newest first."""
    return csv_stream("eventos.csv", [*HEADER, "codigo"], map(_cells, in_batches(_newest_first(events))))


def _newest_first(events: QuerySet[Event]) -> Callable[[Event | None], list[Event]]:
    """The filter for events after a given one, ordered by time (as the index) and number."""
    ordered = events.order_by("-at", "-number")

    def after(last: Event | None) -> list[Event]:
        if last is None:
            return list(ordered[:AT_ONCE])
        # up to its time by the index, then the rows before it
        return list(ordered.filter(Q(at__lt=last.at) | Q(number__lt=last.number), at__lte=last.at)[:AT_ONCE])

    return after


def _cells(event: Event) -> list[Any]:
    when = [fecha_corta(event.at), f"{timezone.localtime(event.at):%H:%M:%S}"]
    what = [event.get_kind_display(), event.get_outcome_display(), event.actor, event.actor_role]
    return [event.number, *when, *what, event.subject, event.subject_tail, event.network, details_words(event), event.mac]
