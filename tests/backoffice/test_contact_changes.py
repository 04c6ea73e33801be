"""Contact changes: proposed by one clerk, approved by another who did not issue the current key or a recent one."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.actions import issue_key
from accounts.models import ContactChange, Member
from audit.actors import Actor
from audit.kinds import Kind, Outcome
from audit.models import Event
from outbox.worker import drain
from recovery.contact_changes import propose_contact_change
from tests.access import change, choose, not_holding, sign_in
from tests.office import COLLEAGUES, inside
from tests.recovery.walk import start

pytestmark = pytest.mark.django_db
NEW = "rosa.nueva@correo.example"
LUCIA = COLLEAGUES["supervisor"]["document"]


def ask(client: Client, member: Member, **typed: str) -> object:
    data = {"como": "cédula física", "motivo": "Cambió de correo", "correo": NEW, **typed}
    return client.post(f"/admin/accounts/member/{member.pk}/contacto/", data)


def decide(client: Client, decision: str, **more: str) -> str:
    change = ContactChange.objects.latest("pk")
    page = client.post(f"/admin/accounts/contactchange/{change.pk}/", {"decision": decision, **more})
    return (client.get(page.url) if page.status_code == 302 else page).content.decode()


def test_one_asks_and_another_approves(member: Member):
    ask(inside("auxiliar"), member)
    member.refresh_from_db()
    assert member.email == "rosa.gomez@correo.example"
    assert "Aprobó el cambio" in decide(inside("supervisor"), "aprobar")
    member.refresh_from_db()
    assert member.email == NEW
    assert (member.held_until - timezone.now()).total_seconds() > 71 * 3600
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {Kind.CONTACT_PROPOSED, Kind.CONTACT_APPROVED, Kind.CONTACT_CHANGED} <= kinds


def test_the_old_and_the_new_address_get_a_notice(member: Member):
    ask(inside("auxiliar"), member)
    decide(inside("supervisor"), "aprobar")
    drain()
    assert sorted(message.to[0] for message in mail.outbox) == ["rosa.gomez@correo.example", NEW]


def test_staff_do_not_approve_their_own_proposal(member: Member):
    client = inside("supervisor")
    ask(client, member)
    assert "lo aprueba otra persona" in decide(client, "aprobar")
    member.refresh_from_db()
    assert member.email != NEW


def test_the_issuer_of_the_current_key_does_not_approve(member: Member):
    issue_key(member=member, kind="initial", by=Actor.staff(LUCIA, "supervisor"))
    ask(inside("auxiliar"), member)
    assert "Usted emitió la clave actual" in decide(inside("supervisor"), "aprobar")


def test_nor_when_a_chosen_key_came_out_of_it(member: Member):
    issue_key(member=member, kind="initial", by=Actor.staff(LUCIA, "supervisor"))
    member.keys.update(ended_at=timezone.now(), ended_why="changed")
    choose(member, "60382")
    ask(inside("auxiliar"), member)
    assert "Usted emitió la clave actual" in decide(inside("supervisor"), "aprobar")


def test_a_rejection_needs_a_reason_and_changes_nothing(member: Member):
    ask(inside("auxiliar"), member)
    client = inside("supervisor")
    assert "Escriba el motivo" in decide(client, "negar")
    assert "Negó el cambio" in decide(client, "negar", motivo="No era ella")
    member.refresh_from_db()
    assert member.email != NEW


def test_it_is_decided_once(member: Member):
    ask(inside("auxiliar"), member)
    client = inside("supervisor")
    decide(client, "negar", motivo="No era ella")
    assert "Otra persona ya decidió" in decide(client, "aprobar")


def test_a_newer_proposal_takes_the_place_of_the_older(member: Member):
    client = inside("auxiliar")
    ask(client, member)
    ask(client, member, correo="otra@correo.example")
    assert [change.state for change in ContactChange.objects.order_by("pk")] == ["replaced", "waiting"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"correo": "rosa"}, "Escriba el correo completo"),
        ({"correo": "", "celular": "12"}, "Escriba el celular completo"),
        ({"correo": ""}, "Escriba al menos un dato nuevo"),
        ({"correo": "rosa.gomez@correo.example"}, "ya están registrados así"),
        ({"correo": "a@b.co\r\nBcc: x@y.co"}, "Escriba el correo completo"),
    ],
)
def test_what_cannot_be_read_is_said(member: Member, typed: dict[str, str], sentence: str):
    assert sentence in ask(inside("auxiliar"), member, **typed).content.decode()  # type: ignore[attr-defined]
    assert not ContactChange.objects.exists()


def test_what_is_registered_already_leaves_an_event_because_the_answer_confirms_it(member: Member):
    clerk = inside("auxiliar")
    assert "ya están registrados así" in ask(clerk, member, correo="", celular=member.mobile).content.decode()  # type: ignore[attr-defined]
    event = Event.objects.get(kind=Kind.CONTACT_PROPOSED)
    assert (event.outcome, event.actor) == (Outcome.REFUSED, COLLEAGUES["auxiliar"]["document"])
    assert '"changed":["mobile"]' in event.details
    assert member.mobile not in event.details


@pytest.mark.parametrize("typed", [{"correo": ""}, {"correo": "rosa"}])
def test_no_error_links_to_what_is_not_on_the_page(member: Member, typed: dict[str, str]):
    page = ask(inside("auxiliar"), member, **typed).content.decode()  # type: ignore[attr-defined]
    assert [name for name in re.findall(r'href="#([^"]*)"', page) if f'id="{name}"' not in page] == []


def test_a_member_asks_from_the_statement(member: Member, client: Client):
    sign_in(client, member.document, choose(member, "60382"))
    page = client.post("/estado-de-cuenta/mis-datos/", {"celular": "320 555 0199"}, follow=True).content.decode()
    assert "Recibimos su solicitud" in page
    change = ContactChange.objects.get()
    assert (change.changes, change.proposed_as) == ({"mobile": "3205550199"}, "asociado")
    assert "Aprobó el cambio" in decide(inside("supervisor"), "aprobar")


@pytest.mark.parametrize("typed", [{}, {"correo": "x"}, {"celular": "abc"}])
def test_a_members_mistake_is_said(member: Member, client: Client, typed: dict[str, str]):
    sign_in(client, member.document, choose(member, "60382"))
    page = client.post("/estado-de-cuenta/mis-datos/", typed)
    assert "Hay un problema" in page.content.decode()
    assert not ContactChange.objects.exists()


def test_a_supervisor_does_not_approve_a_change_of_their_own_data(member: Member):
    client = inside("supervisor", in_registry=True)
    me = Member.objects.get(is_staff=True)
    propose_contact_change(member=me, changes={"email": NEW}, by=Actor.member("1"))
    assert "Nadie cambia su propio acceso" in decide(client, "aprobar")


def test_nor_when_another_key_was_mailed_since(member: Member, client: Client):
    """The supervisor signs in with a key they issued, proposes as the member, and asks for a mailed key from elsewhere."""
    supervisor = inside("supervisor")
    identity = {"como": "cédula física", "motivo": "Perdió la clave", "anterior": "0"}
    issued = supervisor.post(f"/admin/accounts/member/{member.pk}/emitir-clave/", identity)
    key = issued.context_data["key"]
    change(client, member.document, key, not_holding(key))
    sign_in(client, member.document, not_holding(key))
    client.post("/estado-de-cuenta/mis-datos/", {"correo": NEW})
    start(Client(), member.document).client.post("/recuperar/preguntas/", {"accion": "correo"})
    drain()
    assert member.keys.live().filter(kind="mailed").exists()
    assert "Usted emitió la clave actual" in decide(supervisor, "aprobar")


def test_nor_when_a_colleague_issued_another_key_since(member: Member, client: Client):
    """The supervisor proposes as the member, who then gets a new key from somebody else and chooses his own."""
    supervisor = inside("supervisor")
    issued = issue_key(member=member, kind="initial", by=Actor.staff(LUCIA, "supervisor"))
    change(client, member.document, issued.key, not_holding(issued.key))
    sign_in(client, member.document, not_holding(issued.key))
    client.post("/estado-de-cuenta/mis-datos/", {"correo": NEW})
    issued = issue_key(member=member, kind="initial", by=Actor.staff(COLLEAGUES["auxiliar"]["document"], "auxiliar"))
    change(Client(), member.document, issued.key, "48271")
    assert LUCIA not in set(member.keys.live().values_list("issued_by", flat=True))
    assert "Usted emitió la clave actual de este asociado o una reciente" in decide(supervisor, "aprobar")
    member.refresh_from_db()
    assert member.email != NEW


def test_a_key_that_ended_long_before_does_not_count(member: Member, clock):
    issue_key(member=member, kind="initial", by=Actor.staff(LUCIA, "supervisor"))
    issue_key(member=member, kind="initial", by=Actor.staff("43018552", "auxiliar"))
    clock.forward(days=31)
    ask(inside("auxiliar", document="43111222"), member)
    assert "Aprobó el cambio" in decide(inside("supervisor"), "aprobar")


def test_only_approvers_read_the_new_address_and_only_while_it_waits(member: Member):
    ask(inside("auxiliar"), member)
    supervisor, page = inside("supervisor"), f"/admin/accounts/contactchange/{ContactChange.objects.get().pk}/"
    assert NEW in supervisor.get(page).content.decode()
    assert NEW not in inside("auditor").get(page).content.decode()
    decide(supervisor, "aprobar")
    assert NEW not in supervisor.get(page).content.decode()


def test_a_key_in_the_reason_is_kept_nowhere(member: Member):
    ask(inside("auxiliar"), member, motivo="Su clave 48271 no abre")
    assert ContactChange.objects.get().reason == "Su clave ···· no abre"


def test_a_member_proposes_five_changes_and_then_one_a_day(member: Member, client: Client, clock):
    choose(member, "48271")
    sign_in(client, member.document, "48271")
    for number in range(8):
        page = client.post("/estado-de-cuenta/mis-datos/", {"celular": f"320 555 01{number}9"})
    assert "Ya pidió varios cambios. Puede pedir otro desde" in page.content.decode()
    assert ContactChange.objects.count() == Event.objects.filter(kind=Kind.CONTACT_PROPOSED).count() == 5
