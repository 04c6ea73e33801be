"""The worker: process due mails and jobs, with lease, exponential back-off and wiping.

Mails are delivered at least once: after a crash between sending and marking, a mail is sent again with the same Message-ID.
A job's effects and its mark commit together, so it runs exactly once.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db.models import F
from django.utils import timezone

from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.record import action, record
from outbox.lease import beat, claim, leased, renewed_lease
from outbox.mailer import Mailer, ServerDown
from outbox.models import Job, Message, State, Work
from outbox.queue import HANDLERS, content_of, worth_sending
from outbox.smtp_answers import answer_of, error_name, is_final

log = logging.getLogger("outbox")
W = TypeVar("W", bound=Work)

GIVE_UP_AFTER = timedelta(days=3)  # from the creation of the mail or job
LONGEST_WAIT = timedelta(hours=2)
SERVER_WAIT = timedelta(seconds=5)  # between two looks at a mail server that cannot be reached
BATCH = 50  # rows claimed per round and kind

# Called when a worker starts that runs until it is stopped; apps above register their functions.
at_start: list[Callable[[], object]] = []


def run_once(stop: Callable[[], bool] = lambda: False) -> int:
    """Process one batch of due jobs and mails; the number attempted. `stop()` ends it after the current one."""
    beat()
    jobs = _process_due(Job, _run_job, stop)
    with Mailer() as mailer:
        return jobs + _process_due(Message, lambda message: _deliver(message, mailer), stop)


def drain() -> int:
    """Process everything that is due, including what that queues; the number attempted."""
    total = 0
    while done := run_once():
        total += done
    return total


def make_all_due() -> None:
    """End the back-off of everything queued. What another worker holds keeps its lease."""
    for model in (Job, Message):
        model._default_manager.filter(state=State.QUEUED, lease=None).update(due_at=timezone.now())


def _process_due(model: type[W], process: Callable[[W], None], stop: Callable[[], bool]) -> int:
    due = model._default_manager.filter(state=State.QUEUED, due_at__lte=timezone.now()).order_by("due_at")
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:BATCH]):
        if stop():
            break
        if work := claim(model, pk):
            done += 1
            if not _process(work, process):
                break
    return done


def _process(work: W, process: Callable[[W], None]) -> bool:
    """Process a claimed row; whether the next one is worth trying."""
    try:
        process(work)
    except ServerDown as down:
        _wait_for_server(work, down.cause)
        return False
    except Exception as error:  # any error: this row must be retried and the next one processed
        _retry_later(work, error)
    return True


def _run_job(job: Job) -> None:
    with action():
        if _end(job, State.SENT):
            HANDLERS[job.kind](content_of(job))


def _deliver(message: Message, mailer: Mailer) -> None:
    if not worth_sending(message):
        _end(message, State.LAPSED)
        return
    with renewed_lease(message):
        mailer.send(message)
    _end(message, State.SENT)


def _end(work: Work, state: State) -> bool:
    return bool(leased(work).update(state=state, body="", ended_at=timezone.now(), lease=None))


def _retry_later(work: Work, error: Exception) -> None:
    _log(work, error)
    if _is_over(work) or is_final(error):
        _give_up(work, error)
        return
    wait = min(timedelta(seconds=10) * 2 ** min(work.tries, 12), LONGEST_WAIT)
    leased(work).update(due_at=timezone.now() + wait, lease=None, **_error_field(work, error))


def _wait_for_server(work: Work, error: Exception) -> None:
    """Put off every due mail by `SERVER_WAIT`: the server saw none of them, so no try is counted."""
    _log(work, error)
    if _is_over(work):
        _give_up(work, error)
    until = timezone.now() + SERVER_WAIT
    leased(work).update(due_at=until, lease=None, tries=F("tries") - 1, **_error_field(work, error))
    type(work)._default_manager.filter(state=State.QUEUED, due_at__lt=until, lease=None).update(due_at=until)


def _is_over(work: Work) -> bool:
    return timezone.now() - work.created_at >= GIVE_UP_AFTER


def _give_up(work: Work, error: Exception) -> None:
    with action():
        fields = {"state": State.FAILED, "body": "", "ended_at": timezone.now(), "lease": None, **_error_field(work, error)}
        if leased(work).update(**fields):
            by = Actor.system("correo")
            record(Kind.MAIL_FAILED, by=by, outcome=Outcome.FAILED, message=str(work.pk), message_kind=work.kind)


def _error_field(work: Work, error: Exception) -> dict[str, object]:
    return {"error": error_name(error)} if isinstance(work, Message) else {}


def _log(work: Work, error: Exception) -> None:
    code, _ = answer_of(error)
    fields = {"kind": work.kind, "tries": work.tries, "error": type(error).__name__, "answer": code or None}
    log.warning("work put off", extra=fields)
