"""The mail road: one button, the same job for every document, a key of six digits for members with an e-mail."""

import re

import pytest
from django.test import Client

from accounts.models import AccessKey, Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Event
from outbox.models import Job, Message
from outbox.worker import drain
from ratelimits import rates
from ratelimits.gcra import charge
from tests.access import given, sign_in
from tests.recovery.walk import QUESTIONS, RESULT, START, start

pytestmark = pytest.mark.django_db
SENTENCE = "Si el documento está registrado y tiene correo, en unos minutos recibirá allí una clave temporal."


def ask(client: Client, document: str) -> None:
    start(client, document)
    response = client.post(QUESTIONS, {"accion": "correo"})
    assert response.headers["Location"] == RESULT


def live(member: Member, kind: str) -> int:
    return member.keys.live().filter(kind=kind).count()


@pytest.mark.parametrize("document", ["32451867", "99999999"])
def test_the_answer_is_the_same_for_every_document(client: Client, member: Member, document: str) -> None:
    ask(client, document)
    page = client.get(RESULT).content.decode()
    assert SENTENCE in page
    assert 'class="clave"' not in page
    assert Job.objects.filter(kind="recovery.mail").count() == 1


def test_the_worker_sends_a_key_that_signs_in(client: Client, member: Member, mailoutbox) -> None:
    ask(client, member.document)
    assert not Message.objects.filter(kind="mailed_key").exists()
    drain()
    assert mailoutbox[0].to == [member.email]
    key = re.search(r"Su clave temporal es (\d{6})\.", mailoutbox[0].body)[1]
    assert sign_in(Client(), member.document, key).headers["Location"] == "/acceso/cambiar-clave/"


@pytest.mark.parametrize("state", ["unknown", "retired", "blocked", "held", "no email"])
def test_nobody_else_gets_a_mail(client: Client, member: Member, mailoutbox, clock, state: str) -> None:
    changes = {
        "unknown": {"document": "88888888"},
        "retired": {"status": "retired"},
        "blocked": {"blocked_at": clock.now},
        "held": {"held_until": clock.now.replace(year=2022)},
        "no email": {"email": ""},
    }
    Member.objects.update(**changes[state])
    ask(client, "32451867")
    drain()
    assert mailoutbox == []
    assert AccessKey.objects.count() == 0


def test_asking_again_within_the_hour_changes_and_sends_nothing(client: Client, member: Member, clock) -> None:
    ask(client, member.document)
    drain()
    first = member.keys.live().get()
    clock.forward(minutes=59)
    ask(client, member.document)
    drain()
    assert member.keys.live().get() == first
    assert Message.objects.filter(kind="mailed_key").count() == 1


def test_later_a_new_key_replaces_the_old_one(client: Client, member: Member, clock) -> None:
    ask(client, member.document)
    drain()
    clock.forward(minutes=61)
    ask(client, member.document)
    drain()
    assert Message.objects.filter(kind="mailed_key").count() == 2
    assert live(member, "mailed") == 1


def test_three_keys_and_then_one_every_twenty_days(client: Client, member: Member, clock) -> None:
    for _ in range(5):
        ask(client, member.document)
        drain()
        clock.forward(hours=2)
    assert Message.objects.filter(kind="mailed_key").count() == 3
    clock.forward(days=20)
    ask(client, member.document)
    drain()
    assert Message.objects.filter(kind="mailed_key").count() == 4


def test_the_letter_in_the_drawer_still_opens(client: Client, member: Member) -> None:
    letter = given(member, AccessKey.Kind.INITIAL)
    ask(client, member.document)
    drain()
    assert (live(member, "initial"), live(member, "mailed")) == (1, 1)
    assert sign_in(Client(), member.document, letter).headers["Location"] == "/acceso/cambiar-clave/"


def test_a_network_that_asks_too_often_waits(client: Client, member: Member) -> None:
    start(client, "99999999")
    statuses = [client.post(QUESTIONS, {"accion": "correo"}).status_code for _ in range(21)]
    assert statuses == [302] * 20 + [429]
    page = client.post(QUESTIONS, {"accion": "correo"}).content.decode()
    assert "Por seguridad, la recuperación está en pausa hasta" in page
    assert "Elija una respuesta en la pregunta" not in page


def test_it_needs_the_first_step(client: Client) -> None:
    assert client.post(QUESTIONS, {"accion": "correo"}).headers["Location"] == START


def test_it_leaves_its_events(client: Client, member: Member) -> None:
    ask(client, member.document)
    drain()
    assert Event.objects.filter(kind=Kind.RECOVERY_MAIL_ASKED).count() == 1
    assert Event.objects.filter(kind=Kind.KEY_ISSUED).count() == 1


def test_the_mail_holds_no_links_and_a_code_to_take_it_back(client: Client, member: Member, mailoutbox) -> None:
    ask(client, member.document)
    drain()
    body = mailoutbox[0].body
    assert "http" not in body
    code = re.search(r"escriba este código: (\d{3} \d{3} \d{4})\.", body)[1]
    Client().post("/acceso/no-fui-yo/", {"documento": member.document, "codigo": code})
    member.refresh_from_db()
    assert member.blocked_at is not None


@pytest.mark.parametrize("document", ["32451867", "99999999"])
def test_the_first_step_leads_to_the_mail_road_in_one_press(client: Client, member: Member, document: str) -> None:
    assert "Prefiero recibir la clave en mi correo" in client.get(START).content.decode()
    response = client.post(START, {"documento": document, "accion": "correo"})
    assert response.headers["Location"] == RESULT
    assert SENTENCE in client.get(RESULT).content.decode()
    drain()
    assert live(member, "mailed") == (document == member.document)


def test_the_first_step_by_mail_still_needs_a_document(client: Client) -> None:
    page = client.post(START, {"documento": "", "accion": "correo"})
    assert "Escriba su número de documento" in page.content.decode()
    assert not Job.objects.exists()


def test_the_mail_road_keeps_the_document_for_the_entry_page(client: Client, member: Member) -> None:
    ask(client, member.document)
    assert f'value="{member.document}"' in client.get("/acceso/").content.decode()


def test_a_paused_network_is_told_at_the_first_step(client: Client, member: Member) -> None:
    for _ in range(20):
        charge(rates.mail_road_network("127.0.0.0/24"), by=Actor.stranger())
    page = client.post(START, {"documento": member.document, "accion": "correo"})
    assert page.status_code == 429
    assert "la recuperación está en pausa hasta" in page.content.decode()
