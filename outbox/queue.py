"""Queue mails and jobs. They take effect only if the caller's transaction commits."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar
from uuid import uuid4

from django.utils import timezone

from audit.record import subject_of
from common.sql.insert import insert
from outbox.models import Job, Message, Work
from vault.ring import open_sealed, seal

Handler = Callable[[dict[str, Any]], None]
HANDLERS: dict[str, Handler] = {}
KEY_CHECKS: list[Callable[[int], bool]] = []  # whether the access key with this id is live; registered by its app
W = TypeVar("W", bound=Work)
ONE_LINE = str.maketrans({"\r": " ", "\n": " ", "\x00": " "})


def put_message(
    *,
    kind: str,
    to: str,
    subject: str,
    text: str,
    document: str = "",
    expires_at: datetime | None = None,
    key: int | None = None,
) -> Message:
    """Queue one plain-text mail.

    `document` adds it to a member's timeline. The mail is dropped after `expires_at`, or once the access key with the id
    `key` is dead.
    """
    work = _message(kind=kind, to=to, subject=subject, text=text, document=document, expires_at=expires_at)
    work.key = key
    insert([work])
    return work


def put_messages(letters: Iterable[dict[str, Any]]) -> None:
    """Queue many mails in few statements; each of `letters` holds the arguments of `put_message`, without `key`."""
    insert([_message(**letter) for letter in letters])


def _message(*, kind: str, to: str, subject: str, text: str, document: str = "", expires_at: datetime | None = None) -> Message:
    content = {"to": to.translate(ONE_LINE).strip(), "subject": subject.translate(ONE_LINE), "text": text}
    return _filled(Message(kind=kind, expires_at=expires_at), content, document, None)


def put_job(*, kind: str, payload: dict[str, Any], document: str = "", due_at: datetime | None = None) -> Job:
    """Queue a call of the function registered for `kind` with `payload`, which must be serialisable as JSON."""
    work = _filled(Job(kind=kind), payload, document, due_at)
    insert([work])
    return work


def _filled(work: W, content: dict[str, Any], document: str, due_at: datetime | None) -> W:
    work.id = uuid4()
    work.created_at = timezone.now()
    work.due_at = due_at or work.created_at
    work.subject = subject_of(document)
    work.body = seal("outbox", str(work.id), json.dumps(content).encode())
    return work


def content_of(work: Work) -> dict[str, Any]:
    """The sealed content of a mail or job. Raises SealBroken if the row was tampered with or its key left the ring."""
    return json.loads(open_sealed("outbox", str(work.id), work.body))


def worth_sending(message: Message) -> bool:
    """Whether the mail has not expired and the key in it, if any, is live."""
    if message.expires_at and message.expires_at <= timezone.now():
        return False
    return message.key is None or all(works(message.key) for works in KEY_CHECKS)


def job_handler(kind: str) -> Callable[[Handler], Handler]:
    """Register the worker's function for jobs of this kind; it runs in the transaction that marks the job as done."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        return handler

    return register
