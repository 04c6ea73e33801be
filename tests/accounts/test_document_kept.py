"""The entry page has the document filled in for the rest of a visit: after a change, a recovery, and on the mail road."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import AccessKey, Member
from tests.access import change, choose, given, not_holding, sign_in
from tests.recovery.walk import QUESTIONS, START, recover, start

pytestmark = pytest.mark.django_db
KEY = "60382"


def filled_in(client: Client, path: str = "/acceso/") -> str:
    return client.get(path).context["form"]["documento"].value() or ""


def changed_by_the_chosen_key(client: Client, member: Member) -> None:
    sign_in(client, member.document, choose(member, KEY))
    change(client, member.document, KEY, "90352")


def changed_without_a_session(client: Client, member: Member) -> None:
    change(client, member.document, choose(member, KEY), "90352")


def changed_a_given_key(client: Client, member: Member) -> None:
    initial = given(member, AccessKey.Kind.INITIAL)
    sign_in(client, member.document, initial)
    change(client, member.document, initial, not_holding(initial))


def recovered(client: Client, member: Member) -> None:
    recover(client, member)


def by_mail_at_once(client: Client, member: Member) -> None:
    client.post(START, {"documento": member.document, "accion": "correo"})


def by_mail_from_the_questions(client: Client, member: Member) -> None:
    start(client, member.document)
    client.post(QUESTIONS, {"accion": "correo"})


ROADS = [changed_by_the_chosen_key, changed_without_a_session, changed_a_given_key]
ROADS += [recovered, by_mail_at_once, by_mail_from_the_questions]


@pytest.mark.parametrize("road", ROADS)
def test_the_document_is_filled_in_until_the_visit_ends(member: Member, client: Client, road: Callable[[Client, Member], None]):
    road(client, member)
    assert filled_in(client) == filled_in(client, "/acceso/cambiar-clave/") == member.document
    assert filled_in(Client()) == ""
    client.post("/acceso/salir/")
    assert filled_in(client) == ""


@pytest.mark.parametrize("document", ["32451867", "99999999"])
def test_a_refused_change_keeps_no_document_for_the_visit(member: Member, client: Client, document: str):
    choose(member, KEY)
    change(client, document, "48279", "90352")
    assert filled_in(client) == ""


def test_the_session_of_the_change_holds_no_member(member: Member, client: Client):
    changed_by_the_chosen_key(client, member)
    assert client.get("/estado-de-cuenta/").status_code == 302
    (session,) = Session.objects.all()
    assert set(session.get_decoded()) == {"document", "_messages"}
