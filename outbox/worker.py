"""The worker: claims due mails and jobs by compare-and-swap, with lease, exponential back-off and wiping.

Mails are delivered at least once: after a crash between sending and marking, a mail is sent again with the same Message-ID.
A job's effects and its mark commit together, so it runs exactly once.
"""

import logging
import smtplib
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import QuerySet
from django.utils import timezone

from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.record import action, record
from outbox.models import Beat, Job, Message, State, Work
from outbox.queue import HANDLERS, content_of, worth_sending

log = logging.getLogger("outbox")
W = TypeVar("W", bound=Work)

LEASE = timedelta(seconds=90)  # longer than the time-out of the mail connection
GIVE_UP_AFTER = 40  # attempts; with the back-off below about 3 days
LONGEST_WAIT = timedelta(hours=2)
BATCH = 50  # rows claimed per round and kind

# Called when a worker starts that runs until it is stopped; apps above register their functions.
at_start: list[Callable[[], object]] = []


def run_once(stop: Callable[[], bool] = lambda: False) -> int:
    """Process one batch of due jobs and mails; the number attempted. `stop()` ends it after the current one."""
    Beat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
    mailer = _Mailer()
    try:
        return _process_due(Job, _run_job, stop) + _process_due(Message, mailer.deliver, stop)
    finally:
        mailer.close()


def _process_due(model: type[W], process: Callable[[W], None], stop: Callable[[], bool]) -> int:
    due = model._default_manager.filter(state=State.QUEUED, due_at__lte=timezone.now()).order_by("due_at")
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:BATCH]):
        if stop():
            break
        done += _claim_and_process(model, pk, process)
    return done


def drain(most: int = 1_000_000) -> int:
    """Process everything that is due, including what that queues; the number attempted."""
    total = 0
    while total < most and (done := run_once()):
        total += done
    return total


def _claim_and_process(model: type[W], pk: object, process: Callable[[W], None]) -> int:
    """Claim one row by moving its due time, so that only one worker's UPDATE finds it due; the number processed."""
    now = timezone.now()
    lease = uuid4()
    claimed = model._default_manager.filter(pk=pk, state=State.QUEUED, due_at__lte=now).update(due_at=now + LEASE, lease=lease)
    if not claimed:
        return 0
    work = model._default_manager.get(pk=pk)
    work.tries += 1
    try:
        process(work)
    except Exception as error:  # any error: this row must be retried and the next one processed
        _retry_later(work, error)
    return 1


def _leased(work: Work) -> QuerySet[Work]:
    """The row, if this worker still holds its lease."""
    return type(work)._default_manager.filter(pk=work.pk, lease=work.lease, state=State.QUEUED)


def _end(work: Work, state: State) -> bool:
    return bool(_leased(work).update(state=state, body="", ended_at=timezone.now(), tries=work.tries, lease=None))


def _retry_later(work: Work, error: Exception) -> None:
    log.warning("work put off", extra={"kind": work.kind, "tries": work.tries, "error": _name(error)})
    fields: dict[str, object] = {"error": _name(error)} if isinstance(work, Message) else {}
    if work.tries >= GIVE_UP_AFTER or _is_permanent(error):
        _give_up(work, fields)
        return
    wait = min(timedelta(seconds=10) * 2 ** min(work.tries, 12), LONGEST_WAIT)
    _leased(work).update(due_at=timezone.now() + wait, tries=work.tries, lease=None, **fields)


def _give_up(work: Work, fields: dict[str, object]) -> None:
    with action():
        ended = timezone.now()
        if _leased(work).update(state=State.FAILED, body="", ended_at=ended, tries=work.tries, lease=None, **fields):
            by = Actor.system("correo")
            record(Kind.MAIL_FAILED, by=by, outcome=Outcome.FAILED, message=str(work.pk), message_kind=work.kind)


def _name(error: Exception) -> str:
    code = getattr(error, "smtp_code", "")
    return f"{error.__class__.__name__} {code}".strip()[:80]


def _is_permanent(error: Exception) -> bool:
    """Whether the server refused every recipient with a permanent error (5yz: RFC 5321, 4.2.1)."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(500 <= code < 600 for code, _ in error.recipients.values())


def _run_job(job: Job) -> None:
    with action():
        if _end(job, State.SENT):
            HANDLERS[job.kind](content_of(job))


class _Mailer:
    """Sends the mails of a batch over one connection."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def deliver(self, message: Message) -> None:
        if not worth_sending(message):
            _end(message, State.LAPSED)
            return
        self._send(message)
        _end(message, State.SENT)

    def _send(self, message: Message) -> None:
        content = content_of(message)
        domain = settings.PORTAL_DOMAIN.removeprefix("www.")
        headers = {"Message-ID": f"<{message.id}@{domain}>", "Auto-Submitted": "auto-generated"}
        mail = EmailMessage(content["subject"], content["text"], to=[content["to"]], headers=headers)
        mail.connection = self._open()
        try:
            mail.send()
        except Exception:
            self._connection = None  # its state is unknown: the next mail opens a new one
            raise

    def _open(self) -> BaseEmailBackend:
        if self._connection is None:
            self._connection = get_connection()
            self._connection.open()
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
