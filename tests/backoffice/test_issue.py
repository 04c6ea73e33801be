"""Issuing a key at the desk: with a reason, shown once, not repeated by a reload, never for oneself."""

import re
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import AccessKey, Member
from audit.kinds import Kind
from audit.models import Event
from outbox.worker import drain
from tests.access import sign_in
from tests.office import inside

pytestmark = pytest.mark.django_db


def issue(client: Client, member: Member, **changes: Any) -> Any:
    data = {"como": "cédula física", "motivo": "Olvidó la suya", "entrega": "mostrar", "anterior": "0", **changes}
    return client.post(f"/admin/accounts/member/{member.pk}/emitir-clave/", data)


def shown(page: Any) -> list[str]:
    return re.findall(r'class="emitida">(\d{6})<', page.content.decode())


def test_the_key_shown_signs_the_member_in(member: Member, client: Client):
    [key] = shown(issue(inside("auxiliar"), member))
    assert sign_in(client, member.document, key).url == "/acceso/cambiar-clave/"
    event = Event.objects.get(kind=Kind.KEY_ISSUED)
    assert (event.actor, event.actor_role) == ("43018552", "auxiliar")
    assert "c\\u00e9dula f\\u00edsica" in event.details
    assert "Olvid\\u00f3 la suya" in event.details


def test_the_key_is_shown_nowhere_else(member: Member):
    client = inside("admin")
    [key] = shown(issue(client, member))
    for path in [
        "",
        f"accounts/member/{member.pk}/",
        "audit/event/",
        "outbox/message/",
        f"accounts/member/{member.pk}/emitir-clave/",
    ]:
        assert key not in client.get(f"/admin/{path}").content.decode()
    assert key not in str([list(Event.objects.values()), list(AccessKey.objects.values())])


def test_a_reload_issues_nothing(member: Member):
    client = inside("auxiliar")
    issue(client, member)
    again = issue(client, member)
    assert again.url == f"/admin/accounts/member/{member.pk}/"
    assert member.keys.count() == 1
    assert "No se emitió otra" in client.get(again.url).content.decode()


def test_the_page_opened_again_issues_again(member: Member):
    client = inside("auxiliar")
    issue(client, member)
    page = client.get(f"/admin/accounts/member/{member.pk}/emitir-clave/").content.decode()
    newest = re.search(r'name="anterior" value="(\d+)"', page).group(1)
    assert shown(issue(client, member, anterior=newest))
    assert member.keys.live().count() == 1


@pytest.mark.parametrize(
    ("missing", "sentence"), [({"como": ""}, "Elija cómo verificó la identidad"), ({"motivo": "  "}, "Escriba el motivo")]
)
def test_how_and_why_are_asked(member: Member, missing: dict[str, str], sentence: str):
    assert sentence in issue(inside("auxiliar"), member, **missing).content.decode()
    assert not member.keys.exists()


def test_a_key_sent_by_mail_is_shown_to_nobody(member: Member, client: Client):
    office = inside("auxiliar")
    page = issue(office, member, entrega="correo")
    assert page.status_code == 302
    drain()
    [sent] = mail.outbox
    assert sent.to == [member.email]
    key = re.search(r"temporal es (\d{6})", sent.body).group(1)
    assert key not in office.get(page.url).content.decode()
    assert sign_in(client, member.document, key).url == "/acceso/cambiar-clave/"


@pytest.mark.parametrize("change", [{"email": ""}, {"held_until": "2999-01-01T00:00Z"}])
def test_no_key_goes_to_an_address_that_is_new_or_missing(member: Member, change: dict[str, str]):
    Member.objects.update(**change)
    client = inside("auxiliar")
    page = client.get(issue(client, member, entrega="correo").url).content.decode()
    assert "No se puede enviar por correo" in page
    assert not member.keys.exists()


def test_staff_do_not_issue_a_key_for_themselves():
    client = inside("supervisor", in_registry=True)
    me = Member.objects.get(is_staff=True)
    assert "Nadie cambia su propio acceso" in client.get(issue(client, me).url).content.decode()
    assert not me.keys.exists()
    assert "Emitir clave inicial" not in client.get(f"/admin/accounts/member/{me.pk}/").content.decode()


def test_a_blocked_member_gets_no_key(member: Member):
    Member.objects.update(status="retired")
    client = inside("auxiliar")
    assert "bloqueado o retirado" in client.get(issue(client, member).url).content.decode()


def test_after_thirty_the_desk_waits_and_an_alarm_is_left(member: Member, clock: Any):
    client = inside("auxiliar")
    for _ in range(30):
        client.post(f"/admin/accounts/member/{member.pk}/quitar-pausa/", {"como": "otra", "motivo": "Prueba"})
    page = client.get(issue(client, member).url).content.decode()
    assert "Llegó al límite" in page
    assert Event.objects.filter(kind=Kind.STAFF_ALARM).count() == 1
    clock.forward(minutes=14)
    clock.forward(seconds=61)
    assert shown(issue(client, member))


def marked(client: Client, *members: Member, **changes: Any) -> Any:
    data = {"action": "emitir_claves", "index": "0", "select_across": "0", "confirmado": "1", "anterior": "0"}
    data |= {"como": "otra", "motivo": "Asamblea", "contrasena_pdf": "mangos verdes", **changes}
    return client.post("/admin/accounts/member/", {**data, "_selected_action": [member.pk for member in members]})


def test_letters_for_many_come_in_one_locked_file(member: Member, other_member: Member):
    response = marked(inside("supervisor"), member, other_member)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert b"/Encrypt" in response.content
    assert AccessKey.objects.live().filter(kind="initial").count() == 2
    assert Event.objects.filter(kind=Kind.KEY_ISSUED, actor_role="supervisor").count() == 2


def test_letters_sent_twice_are_made_once(member: Member, other_member: Member):
    client = inside("supervisor")
    marked(client, member, other_member)
    assert "No se emitió ninguna" in marked(client, member, other_member).content.decode()
    assert AccessKey.objects.count() == 2


def test_letters_are_all_or_none(member: Member, other_member: Member):
    Member.objects.filter(pk=other_member.pk).update(status="retired")
    assert "retirado" in marked(inside("supervisor"), member, other_member).content.decode()
    assert not AccessKey.objects.exists()


@pytest.mark.parametrize(("typed", "sentence"), [("", "Escriba una contraseña"), ("corta", "menos de 8")])
def test_the_file_needs_a_password(member: Member, typed: str, sentence: str):
    assert sentence in marked(inside("supervisor"), member, contrasena_pdf=typed).content.decode()
    assert not AccessKey.objects.exists()
