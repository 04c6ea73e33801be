"""Rate limits of the recovery, and their notices."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.access_actions import unlock_member
from accounts.models import AccessKey, Member
from audit.actors import Actor
from outbox.models import Message
from outbox.queue import content_of
from outbox.worker import drain
from ratelimits import rates
from ratelimits.gcra import remaining
from tests.recovery.walk import NONE_LEFT, QUESTIONS, RESULT, WRONG, fail, recover, right_answers, send, start

pytestmark = pytest.mark.django_db
LOCKOUT = "Por seguridad, la recuperación está en pausa hasta"


def spend(document: str, email: str, times: int = 3) -> Client:
    """Answer wrong so many times."""
    client = Client()
    start(client, document)
    for _ in range(times):
        fail(client, document, email)
    return client


def test_after_three_wrong_answers_the_right_ones_are_wrong_too(member: Member) -> None:
    client = spend(member.document, member.email)
    response = send(client, member.email, right_answers(member.document))
    assert response.status_code == 200
    assert NONE_LEFT in response.content.decode()
    assert AccessKey.objects.count() == 0


def test_the_third_wrong_answer_says_that_none_is_left_with_the_mail_road_beside_it(member: Member) -> None:
    client = spend(member.document, member.email, times=2)
    page = fail(client, member.document, member.email).content.decode()
    assert NONE_LEFT in page
    assert WRONG not in page
    assert page.index('<button form="respuestas" name="accion" value="correo">') < page.index("</main>")
    assert client.post(QUESTIONS, {"accion": "correo"}).headers["Location"] == RESULT


@pytest.mark.parametrize("document", ["32451867", "99999999"])
def test_only_the_browser_that_sent_them_reads_that_none_is_left(member: Member, document: str) -> None:
    client = spend(document, member.email)
    other = Client()
    start(other, document)
    assert WRONG in fail(other, document, member.email).content.decode()
    assert WRONG in fail(client, document, "otra@correo.example").content.decode()
    assert NONE_LEFT in fail(client, document, member.email.upper()).content.decode()


def test_right_answers_refused_for_too_many_keys_get_their_attempt_back(member: Member, clock) -> None:
    for _ in range(3):
        recover(Client(), member)
        clock.forward(minutes=31)
    assert recover(Client(), member).status_code == 200
    assert remaining(rates.answers_document(member.document, member.email)) == 3
    assert remaining(rates.answers_network("127.0.0.0/24")) == 19  # else the network would tell right from wrong


def test_right_answers_during_a_hold_get_their_attempt_back(member: Member, clock) -> None:
    Member.objects.update(held_until=clock.now + timedelta(hours=72))
    for _ in range(4):
        assert recover(Client(), member).status_code == 200
    fail(spend(member.document, member.email, times=0), member.document, member.email)
    assert remaining(rates.answers_document(member.document, member.email)) == 2


def test_after_720_days_there_is_one_more_try(member: Member, clock) -> None:
    spend(member.document, member.email)
    clock.forward(days=719)
    assert recover(Client(), member).status_code == 200
    clock.forward(days=1, minutes=1)
    assert recover(Client(), member).status_code == 302


def test_a_wrong_email_does_not_spend_the_members_answers(member: Member) -> None:
    spend(member.document, "otra@correo.example", times=6)
    assert recover(Client(), member).status_code == 302


def test_a_right_answer_refunds_its_attempt(member: Member) -> None:
    for _ in range(2):
        recover(Client(), member)
    assert remaining(rates.answers_document(member.document, member.email)) == 3
    assert remaining(rates.answers_network("127.0.0.0/24")) == 20


def test_staff_can_fill_it_again(member: Member) -> None:
    spend(member.document, member.email)
    assert "answers_document" in unlock_member(member=member, by=Actor.operator("pruebas"), reason="vino a la oficina")
    assert recover(Client(), member).status_code == 302


def test_three_temporary_keys_and_then_no_more_for_ten_days(member: Member, clock) -> None:
    statuses = []
    for _ in range(4):
        statuses.append(recover(Client(), member).status_code)
        clock.forward(minutes=31)
    assert statuses == [302, 302, 302, 200]
    clock.forward(days=10)
    assert recover(Client(), member).status_code == 302


def test_a_network_that_answers_wrong_too_often_waits(member: Member, clock) -> None:
    client = spend("99999999", "alguien@correo.example", times=20)
    response = fail(client, "99999999", "alguien@correo.example")
    assert response.status_code == 429
    assert LOCKOUT in response.content.decode()
    assert recover(Client(), member).status_code == 429
    assert recover(Client(REMOTE_ADDR="203.0.113.9"), member).status_code == 302
    clock.forward(minutes=10, seconds=1)
    assert recover(Client(), member).status_code == 302


def test_what_the_network_refuses_costs_the_member_nothing(member: Member) -> None:
    spend("99999999", "alguien@correo.example", times=20)
    fail_client = Client()
    start(fail_client, member.document)
    fail(fail_client, member.document, member.email)
    assert remaining(rates.answers_document(member.document, member.email)) == 3


def test_a_network_that_looks_up_too_many_documents_waits(client: Client, member: Member, clock) -> None:
    statuses = [start(client, str(10_000_000 + number)).status_code for number in range(21)]
    assert statuses == [302] * 20 + [429]
    page = start(client, member.document).content.decode()
    assert LOCKOUT in page
    assert 'value="32451867"' in page
    clock.forward(minutes=2, seconds=1)
    assert start(client, member.document).status_code == 302


def test_the_member_gets_one_notice_when_the_answers_are_used_up(member: Member) -> None:
    spend(member.document, member.email, times=2)
    drain()
    assert not Message.objects.filter(kind="answers_spent").exists()
    spend(member.document, member.email, times=3)
    drain()
    message = Message.objects.get(kind="answers_spent")
    assert "oprima «Prefiero recibir la clave en mi correo»" in message_text(member)
    assert message.subject


def message_text(member: Member) -> str:
    """The newest notice, from the mailbox: the body of a sent message is deleted."""
    from django.core import mail

    return mail.outbox[-1].body


def test_a_stranger_who_does_not_know_the_email_causes_no_notice(member: Member) -> None:
    spend(member.document, "otra@correo.example", times=6)
    drain()
    assert not Message.objects.exists()


def test_a_new_address_does_not_bring_the_old_ones_tries_back(member: Member) -> None:
    spend(member.document, member.email)
    Member.objects.update(email="nueva@correo.example")
    member.refresh_from_db()
    assert recover(Client(), member).status_code == 302
    assert remaining(rates.answers_document(member.document, "rosa.gomez@correo.example")) == 0


def test_the_page_of_a_lockout_keeps_what_was_typed(member: Member) -> None:
    client = spend("99999999", "alguien@correo.example", times=20)
    page = fail(client, "99999999", "alguien@correo.example").content.decode()
    assert 'value="alguien@correo.example"' in page
    assert page.count(" checked") == 3
    assert client.get(QUESTIONS).status_code == 200


def test_the_sealed_job_names_nobody(member: Member) -> None:
    from outbox.models import Job

    spend(member.document, member.email, times=1)
    job = Job.objects.get(kind="recovery.wrong")
    assert member.email not in job.body
    assert content_of(job)["email"] == member.email
