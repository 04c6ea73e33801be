"""The member's card: whether they can sign in, why not, what happened; unmasked data only with an event."""

import pytest
from django.test import Client

from accounts.models import Member
from audit.kinds import Kind
from audit.models import Event
from outbox.worker import drain
from tests.access import choose, given, sign_in
from tests.office import inside

pytestmark = pytest.mark.django_db


def card(client: Client, member: Member) -> str:
    return client.get(f"/admin/accounts/member/{member.pk}/").content.decode()


def test_it_says_why_she_cannot_enter_and_what_to_do(member: Member, client: Client):
    choose(member, "60382")
    for _ in range(6):
        sign_in(client, member.document, "48271")
    page = card(inside("auxiliar"), member)
    assert "En pausa" in page
    assert "demasiados intentos fallidos" in page
    assert "quite la pausa" in page
    assert "Intentos fallidos que aún cuentan</dt><dd>5</dd>" in page


def test_lifting_the_lockout_allows_the_sign_in(member: Member, client: Client):
    choose(member, "60382")
    for _ in range(6):
        sign_in(client, member.document, "48271")
    done = inside("auxiliar").post(
        f"/admin/accounts/member/{member.pk}/quitar-pausa/", {"como": "preguntas por teléfono", "motivo": "Llamó"}
    )
    assert done.url == f"/admin/accounts/member/{member.pk}/"
    assert sign_in(client, member.document, "60382").url == "/estado-de-cuenta/"


@pytest.mark.parametrize("whole", ["rosa.gomez@correo.example", "3105552827", "6045553419", "Calle 45 # 23-60", "1958"])
def test_contact_data_are_masked(member: Member, whole: str):
    client = inside("auxiliar")
    for path in [f"accounts/member/{member.pk}/", "accounts/member/"]:
        assert whole not in client.get(f"/admin/{path}").content.decode()


def test_whole_data_leave_an_event(member: Member):
    client = inside("auditor")
    page = client.post(f"/admin/accounts/member/{member.pk}/datos/").content.decode()
    assert "rosa.gomez@correo.example" in page
    assert "3105552827" in page
    event = Event.objects.get(kind=Kind.DATA_UNMASKED)
    assert (event.actor_role, event.subject_tail) == ("auditor", "867")


def test_a_link_unmasks_nothing(member: Member):
    client = inside("auditor")
    assert client.get(f"/admin/accounts/member/{member.pk}/datos/").status_code == 302
    assert not Event.objects.filter(kind=Kind.DATA_UNMASKED).exists()


def test_the_timeline_lists_events_and_mails(member: Member, client: Client):
    sign_in(client, member.document, "123456")
    given(member, "initial")
    assert "En cola" in card(inside("auxiliar"), member)
    drain()
    page = card(inside("supervisor"), member)
    assert "Ingreso rechazado" in page
    assert "Clave emitida" in page
    assert "Correo: le asignamos una clave inicial" in page
    assert "Enviado" in page


def test_nothing_of_another_member_is_on_it(member: Member, other_member: Member, client: Client):
    sign_in(client, other_member.document, "123456")
    assert "Ingreso rechazado" not in card(inside("auxiliar"), member)


def test_a_person_who_is_no_member_has_no_card():
    client = inside("admin")
    assert client.get(f"/admin/accounts/member/{Member.objects.get(is_staff=True).pk}/").status_code == 404
    assert client.get("/admin/accounts/member/999999/").status_code == 404


@pytest.mark.parametrize("role", ["auxiliar", "supervisor", "auditor"])
def test_buttons_are_those_of_the_role(member: Member, role: str):
    choose(member, "60382")
    page = card(inside(role), member)
    assert ("Emitir clave inicial" in page) == (role != "auditor")
    assert ("Quitar la pausa" in page) == (role != "auditor")
    assert ("Bloquear el acceso" in page) == (role == "supervisor")


def test_a_member_page_shows_no_staff_flag(member: Member):
    page = card(inside("admin"), member)
    assert "is_staff" not in page
    assert "ermisos" not in page


def test_more_history_asks_no_more_queries(member: Member, client: Client, django_assert_max_num_queries: object):
    office = inside("auxiliar")
    card(office, member)
    for _ in range(4):
        sign_in(client, member.document, "123456")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        card(office, member)


def test_what_helps_most_is_the_first_button(member: Member, client: Client):
    staff = inside("supervisor")
    assert 'class="boton principal" href="' + f"/admin/accounts/member/{member.pk}/emitir-clave/" in card(staff, member)
    choose(member, "60382")
    for _ in range(6):
        sign_in(client, member.document, "48271")
    page = card(staff, member)
    assert 'class="boton principal" href="' + f"/admin/accounts/member/{member.pk}/quitar-pausa/" in page
    assert page.count("boton principal") == 1
