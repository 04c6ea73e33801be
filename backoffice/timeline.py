"""Timeline of one member: events, recoveries and mails, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Member
from audit.models import Event
from audit.record import subject_of
from backoffice.wording import QUESTIONS, details_words, mail_words, who_words
from outbox.models import Message
from recovery.models import Attempt

MOST = 40  # of each


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    what: str
    outcome: str
    who: str
    network: str
    details: str


def timeline(member: Member) -> list[Entry]:
    """The newest entries; three indexed queries."""
    subject = subject_of(member.document)
    entries = [*_events(subject), *_attempts(member.document), *_mails(subject)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[: 2 * MOST]


def _events(subject: str) -> Iterator[Entry]:
    for event in Event.objects.filter(subject=subject).order_by("-number")[:MOST]:
        yield Entry(
            event.at,
            event.get_kind_display(),
            event.get_outcome_display(),
            who_words(event),
            event.network,
            details_words(event),
        )


def _attempts(document: str) -> Iterator[Entry]:
    for attempt in Attempt.objects.filter(document=document).select_related("key").order_by("-started_at")[:MOST]:
        details = f"preguntas: {kinds_words(attempt)}; {key_words(attempt)}"
        yield Entry(attempt.started_at, "Recuperación", attempt.get_outcome_display(), "", attempt.network, details)


def kinds_words(attempt: Attempt) -> str:
    """The kinds of question asked, in Spanish."""
    return ", ".join(QUESTIONS.get(kind, kind) for kind in attempt.kinds.split(",") if kind)


def key_words(attempt: Attempt) -> str:
    """The outcome of the recovery's key."""
    key = attempt.key
    if key is None:
        return "sin clave"
    if key.ended_why == "changed":
        return "clave usada"
    return "clave sin usar" if key.ended_at is None else "clave anulada sin usarse"


def _mails(subject: str) -> Iterator[Entry]:
    for message in Message.objects.filter(subject=subject).order_by("-created_at")[:MOST]:
        tries = f"{message.tries} intentos" if message.tries != 1 else "1 intento"
        details = f"{tries}; {message.error}" if message.error else tries
        yield Entry(message.created_at, f"Correo: {mail_words(message.kind)}", message.get_state_display(), "", "", details)
