"""`manage.py worker` sends each queued mail once, whatever fails on the way."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from audit.kinds import Kind
from audit.models import Event
from outbox.lease import LEASE
from outbox.models import Beat, Job, Message, State
from outbox.queue import job_handler, put_job, put_message
from outbox.worker import GIVE_UP_AFTER, drain, run_once

pytestmark = pytest.mark.django_db


def queue(**changes: object) -> Message:
    mail_of_rosa = {"kind": "prueba", "to": "rosa@correo.example", "subject": "Hola", "text": "Su clave es 1234"}
    return put_message(**mail_of_rosa | changes)


def work() -> None:
    """What a running worker does until nothing is due."""
    drain()


@pytest.fixture
def broken_server(monkeypatch: pytest.MonkeyPatch) -> list[Exception]:
    """A mail server that raises the errors of the list in order, then works."""
    errors: list[Exception] = []
    send = EmailBackend.send_messages

    def send_or_raise(self: EmailBackend, messages: list) -> int:
        if errors:
            raise errors.pop(0)
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", send_or_raise)
    return errors


def test_a_queued_mail_goes_out_and_its_content_is_wiped() -> None:
    message = queue()
    assert "1234" not in message.body
    work()
    message.refresh_from_db()
    assert (message.state, message.body) == (State.SENT, "")
    assert mail.outbox[0].body == "Su clave es 1234"
    assert str(message.pk) in mail.outbox[0].extra_headers["Message-ID"]


def test_a_mail_of_a_transaction_that_failed_never_goes_out() -> None:
    with pytest.raises(RuntimeError):
        with transaction.atomic():
            queue()
            raise RuntimeError
    work()
    assert not mail.outbox


def test_a_failed_mail_is_retried_later_with_the_same_message_id(broken_server: list, clock) -> None:
    broken_server.append(smtplib.SMTPServerDisconnected("bye rosa@correo.example"))
    message = queue()
    work()
    message.refresh_from_db()
    assert (message.state, message.tries, message.error) == (State.QUEUED, 1, "SMTPServerDisconnected")
    work()
    assert not mail.outbox  # not due yet
    clock.forward(seconds=21)
    work()
    assert len(mail.outbox) == 1


def test_one_failing_mail_does_not_delay_the_others(broken_server: list) -> None:
    broken_server.append(smtplib.SMTPDataError(554, b"no"))
    queue()
    queue(to="hernan@correo.example")
    work()
    assert [sent.to for sent in mail.outbox] == [["hernan@correo.example"]]


def test_an_address_that_does_not_exist_is_given_up_at_once_and_leaves_an_event(broken_server: list) -> None:
    broken_server.append(smtplib.SMTPRecipientsRefused({"rosa@correo.example": (550, b"5.1.1 unknown")}))
    message = queue()
    work()
    message.refresh_from_db()
    assert (message.state, message.body) == (State.FAILED, "")
    assert Event.objects.filter(kind=Kind.MAIL_FAILED, outcome="failed").count() == 1


def test_it_gives_up_in_the_end(broken_server: list, clock) -> None:
    broken_server += [OSError("no network")] * 100
    message = queue()
    end = clock.now + GIVE_UP_AFTER
    while clock.now < end:
        work()
        message.refresh_from_db()
        assert message.state == State.QUEUED
        clock.forward(hours=1)
    work()
    message.refresh_from_db()
    assert (message.state, message.body, mail.outbox) == (State.FAILED, "", [])


def test_an_expired_key_is_not_mailed(clock) -> None:
    message = queue(expires_at=clock.now + timedelta(minutes=30))
    clock.forward(minutes=31)
    work()
    message.refresh_from_db()
    assert (message.state, message.body, mail.outbox) == (State.LAPSED, "", [])


def test_another_workers_row_is_left_alone_until_its_lease_ends(clock) -> None:
    message = queue()
    Message.objects.filter(pk=message.pk).update(due_at=clock.now + LEASE)  # claimed, and its worker killed
    run_once()
    assert not mail.outbox
    clock.forward(seconds=91)
    run_once()
    assert len(mail.outbox) == 1


def test_a_mail_cannot_contain_injected_headers() -> None:
    queue(to="rosa@correo.example\r\nBcc: otro@correo.example", subject="Hola\nX-Otro: 1")
    work()
    sent = mail.outbox[0]
    assert "otro@correo.example" not in sent.recipients()
    assert not {"\r", "\n"} & set(sent.subject + sent.to[0])


def test_a_job_and_what_it_does_commit_together_and_once() -> None:
    seen: list[str] = []

    @job_handler("prueba")
    def note(payload: dict) -> None:
        seen.append(payload["word"])
        queue()

    put_job(kind="prueba", payload={"word": "hola"})
    work()
    work()
    assert seen == ["hola"]
    assert Job.objects.get().body == ""
    assert len(mail.outbox) == 1


def test_a_failed_job_is_rolled_back_and_retried(clock) -> None:
    tries: list[int] = []

    @job_handler("prueba")
    def fail_once(payload: dict) -> None:
        queue()
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError

    put_job(kind="prueba", payload={})
    work()
    assert not Message.objects.exists()
    clock.forward(seconds=30)
    work()
    assert Message.objects.get().state == State.SENT


def test_the_worker_saves_its_heartbeat(clock) -> None:
    work()
    assert Beat.objects.get().at == clock.now == timezone.now()
