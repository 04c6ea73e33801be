"""Every answer of a mail server at every step of a mail: delivered once, retried, or given up, and the code is kept."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from audit.kinds import Kind
from audit.models import Event
from outbox import lease, smtp
from outbox.models import Message, State
from outbox.queue import put_message
from outbox.worker import drain, run_once
from tests.attacks.mail_sink import HANG_UP, SILENCE, Sink, mail_sink

pytestmark = pytest.mark.django_db

STEPS = ["connect", "EHLO", "MAIL", "RCPT", "DATA", "."]
PASSING = {
    "421 4.3.2 shutting down": "421",
    "451 4.7.1 try later": "451",
    "452 4.2.2 mailbox full": "452",
    "500 what?": "500",
    "550 5.7.1 blocked": "550",
    "552 5.2.2 mailbox full": "552",
    "554 5.7.1 relay access denied": "554",
    "554 relay denied": "554",
    "nonsense": "",
    SILENCE: "",
    HANG_UP: "",
}
FINAL = [
    "550 5.1.1 no such user",
    "550 5.1.2 bad domain",
    "553 5.1.3 bad address",
    "550 5.1.10 null MX",
    "550 User unknown",
    "550 No such user here",
    "550 Requested action not taken: mailbox not found",
    "550 The account you tried to reach does not exist",
]
NOT_FINAL = [
    "550 Sender address rejected: Domain not found",
    "550 5.1.8 sender's domain not found",
    "550 blocked",
    "550 5.7.1 user unknown to this relay",
    "551 User not local",
    "450 4.1.1 user unknown",
]


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sink]:
    monkeypatch.setattr(smtp, "DATA_TIMEOUT", 0.3)
    with mail_sink() as sink:
        settings.EMAIL_BACKEND = "outbox.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", sink.port, 0.3
        yield sink


def queue(to: str = "rosa@correo.example") -> Message:
    return put_message(kind="prueba", to=to, subject="Hola", text="Su clave es 1234")


def read(message: Message) -> Message:
    message.refresh_from_db()
    return message


@pytest.mark.parametrize("answer", PASSING)
@pytest.mark.parametrize("step", STEPS)
def test_what_passes_is_retried_until_the_mail_is_delivered(server: Sink, clock: Any, step: str, answer: str) -> None:
    server.answers |= {step: answer} | ({"HELO": answer} if step == "EHLO" else {})  # HELO is tried if EHLO is refused
    message = queue()
    drain()
    found = read(message)
    assert (found.state, found.ended_at) == (State.QUEUED, None)
    assert found.body, "the mail must still be there"
    assert found.error
    if step in ("MAIL", "RCPT", "DATA", "."):
        assert PASSING[answer] in found.error
        assert found.tries == 1
    server.answers.clear()
    clock.forward(seconds=21)
    drain()
    assert read(message).state == State.SENT
    assert len(set(server.message_ids())) == 1


@pytest.mark.parametrize("step", ["RCPT", "."])
@pytest.mark.parametrize("answer", FINAL)
def test_a_mailbox_that_does_not_exist_is_given_up_at_once(server: Sink, step: str, answer: str) -> None:
    server.answers[step] = answer
    message = queue()
    drain()
    found = read(message)
    assert (found.state, found.body, server.mails) == (State.FAILED, "", [])
    assert answer[:3] in found.error
    assert Event.objects.filter(kind=Kind.MAIL_FAILED).count() == 1


@pytest.mark.parametrize("answer", NOT_FINAL)
def test_what_blames_the_sender_or_the_relay_is_not_final(server: Sink, answer: str) -> None:
    server.answers["RCPT"] = answer
    message = queue()
    drain()
    assert read(message).state == State.QUEUED


def test_a_slow_answer_after_the_mail_is_awaited(server: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "DATA_TIMEOUT", 5)
    server.delay["."] = 1  # over three times EMAIL_TIMEOUT
    message = queue()
    drain()
    assert (read(message).state, len(server.mails)) == (State.SENT, 1)


def test_a_server_that_does_not_answer_quit_has_the_mails(server: Sink) -> None:
    server.answers["QUIT"] = SILENCE
    message = queue()
    drain()
    assert (read(message).state, len(server.mails)) == (State.SENT, 1)


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_while_a_mail_is_under_way(server: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "DATA_TIMEOUT", 5)
    monkeypatch.setattr(lease, "LEASE", timedelta(seconds=0.6))
    monkeypatch.setattr(lease, "RENEW_EVERY", 0.2)
    server.delay["."] = 1.5
    message = queue()
    from threading import Thread

    second: list[int] = []
    other = Thread(target=lambda: second.append(_attempts_after(1)))
    other.start()
    run_once()
    other.join()
    assert (read(message).state, len(server.mails), second, read(message).tries) == (State.SENT, 1, [0], 1)


def _attempts_after(seconds: float) -> int:
    """What another worker attempts after `seconds`, over a connection of its own."""
    import time

    from django.db import connection

    time.sleep(seconds)
    try:
        return run_once()
    finally:
        connection.close()


def test_a_server_that_cannot_be_reached_is_asked_once_a_round_and_counts_no_try(server: Sink, clock: Any) -> None:
    messages = [queue(f"a{number}@correo.example") for number in range(5)]
    server.answers["connect"] = HANG_UP
    assert run_once() == 1
    assert run_once() == 0
    assert [read(message).tries for message in messages] == [0] * 5
    server.answers.clear()
    clock.forward(seconds=5)
    assert run_once() == 5
    assert len(server.mails) == 5


def test_a_refused_mail_does_not_delay_the_others(server: Sink) -> None:
    server.answers["RCPT"] = "452 4.2.2 full"
    first = queue()
    run_once()
    server.answers.clear()
    second = queue("hernan@correo.example")
    drain()
    assert (read(first).state, read(second).state) == (State.QUEUED, State.SENT)


def test_a_try_is_counted_when_it_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """A `kill -9` in the middle of a mail."""

    def die(*_: object) -> None:
        raise Killed

    monkeypatch.setattr("outbox.mailer.Mailer.send", die)
    message = queue()
    with pytest.raises(Killed):
        run_once()
    assert read(message).tries == 1


def test_drain_tries_put_off_mails_too_and_says_what_stays(server: Sink) -> None:
    out = StringIO()
    server.answers["RCPT"] = "554 5.7.1 relay access denied"
    queue()
    drain()
    with pytest.raises(CommandError, match="SMTPRecipientsRefused 554 5.7.1"):
        call_command("worker", "--drain", stdout=out)
    assert "Correos que salieron: 0; quedan 1 en cola y 0 tareas." in out.getvalue()
    server.answers.clear()
    call_command("worker", "--drain", stdout=out)
    assert "Correos que salieron: 1; quedan 0 en cola y 0 tareas." in out.getvalue()
    assert len(server.mails) == 1
