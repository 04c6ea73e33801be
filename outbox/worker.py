"""Send what is due: claim by compare-and-swap, lease, back-off, wipe.

Killed between sending and marking, a mail goes out twice with the same Message-ID; never not at all. A job's effects and
its mark commit together, so it happens exactly once.
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

LEASE = timedelta(seconds=90)  # longer than the mail server's time-out
GIVE_UP_AFTER = 40  # tries; with the back-off below that is about 3 days
LONGEST_WAIT = timedelta(hours=2)
BATCH = 50


def run_once(stop: Callable[[], bool] = lambda: False) -> int:
    """Do what is due now, one batch; how many pieces of work were tried."""
    Beat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
    postman = _Postman()
    try:
        return _work_through(Job, _do_job, stop) + _work_through(Message, postman.deliver, stop)
    finally:
        postman.close()


def _work_through(model: type[W], work_off: Callable[[W], None], stop: Callable[[], bool]) -> int:
    due = model._default_manager.filter(state=State.QUEUED, due_at__lte=timezone.now()).order_by("due_at")
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:BATCH]):
        if stop():
            break
        done += _with_claim(model, pk, work_off)
    return done


def drain(most: int = 1_000_000) -> int:
    """Do everything that is due, and what that queues; how many pieces were tried."""
    total = 0
    while total < most and (done := run_once()):
        total += done
    return total


def _with_claim(model: type[W], pk: object, work_off: Callable[[W], None]) -> int:
    """Claim one row by moving its due moment; only one worker's UPDATE finds it still due."""
    now = timezone.now()
    lease = uuid4()
    claimed = model._default_manager.filter(pk=pk, state=State.QUEUED, due_at__lte=now).update(due_at=now + LEASE, lease=lease)
    if not claimed:
        return 0
    work = model._default_manager.get(pk=pk)
    work.tries += 1
    try:
        work_off(work)
    except Exception as error:  # whatever it was, the row must be tried again, and the next row too
        _put_off(work, error)
    return 1


def _held(work: Work) -> QuerySet[Work]:
    """The row, if the claim is still ours."""
    return type(work)._default_manager.filter(pk=work.pk, lease=work.lease, state=State.QUEUED)


def _end(work: Work, state: State) -> bool:
    return bool(_held(work).update(state=state, body="", ended_at=timezone.now(), tries=work.tries, lease=None))


def _put_off(work: Work, error: Exception) -> None:
    log.warning("work put off", extra={"kind": work.kind, "tries": work.tries, "error": _name(error)})
    fields: dict[str, object] = {"error": _name(error)} if isinstance(work, Message) else {}
    if work.tries >= GIVE_UP_AFTER or _refused_for_good(error):
        _give_up(work, fields)
        return
    wait = min(timedelta(seconds=10) * 2 ** min(work.tries, 12), LONGEST_WAIT)
    _held(work).update(due_at=timezone.now() + wait, tries=work.tries, lease=None, **fields)


def _give_up(work: Work, fields: dict[str, object]) -> None:
    with action():
        ended = timezone.now()
        if _held(work).update(state=State.FAILED, body="", ended_at=ended, tries=work.tries, lease=None, **fields):
            by = Actor.system("correo")
            record(Kind.MAIL_FAILED, by=by, outcome=Outcome.FAILED, message=str(work.pk), message_kind=work.kind)


def _name(error: Exception) -> str:
    code = getattr(error, "smtp_code", "")
    return f"{error.__class__.__name__} {code}".strip()[:80]


def _refused_for_good(error: Exception) -> bool:
    """The server says this recipient does not exist: trying again is of no use."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(500 <= code < 600 for code, _ in error.recipients.values())


def _do_job(job: Job) -> None:
    with action():
        if _end(job, State.SENT):
            HANDLERS[job.kind](content_of(job))


class _Postman:
    """Delivers over one connection for the whole batch."""

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
            self._connection = None  # whatever state it is in, the next mail gets a fresh one
            raise

    def _open(self) -> BaseEmailBackend:
        if self._connection is None:
            self._connection = get_connection()
            self._connection.open()
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
