"""Staff sign-in: password and a one-time code; the page is the same whatever is wrong."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Event
from backoffice.actions import block_staff, reset_second_factor
from backoffice.models import BackupCode, StaffFactor
from tests.access import choose
from tests.access import sign_in as member_sign_in
from tests.office import PASSWORD, code_of, hire, inside, sign_in

pytestmark = pytest.mark.django_db
NEW = "siete gatos bajo la lluvia"
WRONG = "El documento, la contraseña o el código no coinciden"


def opens(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_password_and_code_sign_in(client: Client):
    response = sign_in(client, hire("auxiliar"))
    assert response.url == "/admin/"
    assert opens(client)
    assert Event.objects.filter(kind=Kind.STAFF_ENTERED, actor_role="auxiliar").count() == 1


def test_sign_in_redirects_to_the_page_asked_for(client: Client):
    staff = hire("supervisor")
    asked = client.get("/admin/audit/event/")
    data = {"documento": staff.document, "contrasena": PASSWORD, "codigo": code_of(staff)}
    assert client.post(asked.url, data).url == "/admin/audit/event/"


def test_sign_in_redirects_to_no_other_site(client: Client):
    staff = hire("supervisor")
    data = {"documento": staff.document, "contrasena": PASSWORD, "codigo": code_of(staff)}
    assert client.post("/admin/login/?next=https://otra.example/admin/", data).url == "/admin/"


@pytest.mark.parametrize("wrong", [{"password": "otra cosa muy larga"}, {"code": "000000"}, {"code": ""}, {"code": "é23456"}])
def test_whatever_is_wrong_reads_the_same(client: Client, wrong: dict[str, str]):
    assert WRONG in sign_in(client, hire("auxiliar"), **wrong).content.decode()
    assert not opens(client)
    assert Event.objects.filter(kind=Kind.STAFF_REFUSED).count() == 1


def test_an_unknown_document_reads_the_same(client: Client):
    data = {"documento": "99887766", "contrasena": PASSWORD, "codigo": "123456"}
    assert WRONG in client.post("/admin/login/", data).content.decode()


def test_an_unknown_document_costs_the_same_queries(client: Client):
    counts = []
    for document in (hire("auxiliar").document, "99887766"):
        with CaptureQueriesContext(connection) as queries:
            client.post("/admin/login/", {"documento": document, "contrasena": "otra cosa muy larga", "codigo": "123456"})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_member_has_no_staff_account(client: Client, member: Member):
    member.set_password(PASSWORD)
    member.save()
    assert WRONG in sign_in(client, member, code="123456").content.decode()


def test_a_code_serves_once(client: Client):
    staff = hire("auxiliar")
    code = code_of(staff)
    assert sign_in(client, staff, code=code).status_code == 302
    assert WRONG in sign_in(Client(), staff, code=code).content.decode()


def test_a_wrong_password_uses_up_no_code(client: Client):
    staff = hire("auxiliar")
    code = code_of(staff)
    sign_in(client, staff, password="una que no es de nadie", code=code)
    assert sign_in(client, staff, code=code).status_code == 302


def test_the_clock_may_be_half_a_minute_off(client: Client, clock: Any):
    staff = hire("auxiliar")
    assert sign_in(Client(), staff, code=code_of(staff, later=-1)).status_code == 302
    assert sign_in(Client(), staff, code=code_of(staff, later=1)).status_code == 302
    clock.forward(minutes=5)
    assert WRONG in sign_in(Client(), staff, code=code_of(staff, later=-2)).content.decode()


def test_after_five_wrong_ones_the_right_one_reads_wrong(client: Client, clock: Any):
    staff = hire("auxiliar")
    for _ in range(5):
        sign_in(client, staff, code="000000")
    assert WRONG in sign_in(client, staff).content.decode()
    clock.forward(minutes=31)
    assert sign_in(client, staff).status_code == 302


def test_a_right_one_refunds_its_attempt(client: Client, clock: Any):
    staff = hire("auxiliar")
    for _ in range(8):
        clock.forward(seconds=31)
        assert sign_in(Client(), staff).status_code == 302


def enrolling(client: Client) -> Member:
    staff = hire("auxiliar")
    StaffFactor.objects.all().delete()
    assert sign_in(client, staff, code="").url == "/admin/segundo-factor/"
    return staff


def test_the_first_entry_enrols_and_shows_the_backup_codes_once(client: Client):
    staff = enrolling(client)
    assert "<svg" in client.get("/admin/segundo-factor/").content.decode()
    assert not opens(client)
    page = client.post("/admin/segundo-factor/", {"codigo": code_of(staff)}).content.decode()
    codes = re.findall(r"<code>(\w{5}-\w{5})</code>", page)
    assert len(set(codes)) == 10
    assert opens(client)
    assert client.get("/admin/segundo-factor/").status_code == 302
    assert sign_in(Client(), staff, code=codes[0]).status_code == 302
    assert WRONG in sign_in(Client(), staff, code=codes[0]).content.decode()


def test_a_wrong_first_code_enrols_nothing(client: Client):
    enrolling(client)
    page = client.post("/admin/segundo-factor/", {"codigo": "000000"}).content.decode()
    assert "El código no coincide" in page
    assert not StaffFactor.objects.filter(confirmed_at__isnull=False).exists()
    assert not opens(client)


def secret_shown(client: Client) -> str:
    page = client.get("/admin/segundo-factor/").content.decode()
    return re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")


def test_a_secret_seen_in_one_browser_is_never_enrolled_in_another(client: Client):
    """Otherwise an attacker who knew the first password would silently own the second factor too."""
    staff, other = enrolling(client), Client()
    seen = secret_shown(client)
    sign_in(other, staff, code="")
    assert seen not in (secret_shown(other), secret_shown(other))
    assert client.get("/admin/segundo-factor/").url == "/admin/login/"
    other.post("/admin/segundo-factor/", {"codigo": code_of(staff)})
    assert opens(other)
    assert client.get("/admin/segundo-factor/").url == "/admin/login/"


def test_a_reload_shows_the_same_secret(client: Client):
    enrolling(client)
    assert secret_shown(client) == secret_shown(client)


def test_the_enrolment_does_not_wait_for_ever(client: Client, clock: Any):
    enrolling(client)
    clock.forward(minutes=16)
    assert client.get("/admin/segundo-factor/").url == "/admin/login/"


def test_no_secret_lies_open_in_the_database(client: Client):
    staff = enrolling(client)
    secret = secret_shown(client)
    page = client.post("/admin/segundo-factor/", {"codigo": code_of(staff)}).content.decode()
    codes = re.findall(r"<code>(\w{5}-\w{5})</code>", page)
    kept = str([list(StaffFactor.objects.values()), list(BackupCode.objects.values()), list(Event.objects.values())])
    assert not any(text in kept for text in [secret, *codes, *(code.replace("-", "") for code in codes)])


def test_fifteen_idle_minutes_close_the_session(clock: Any):
    client = inside("auxiliar")
    clock.forward(minutes=14)
    assert opens(client)
    clock.forward(minutes=17)
    assert client.get("/admin/").url == "/admin/login/?next=/admin/"


def test_leaving_ends_the_session():
    client = inside("auxiliar")
    client.post("/admin/logout/")
    assert not opens(client)
    assert Event.objects.filter(kind=Kind.STAFF_LEFT).exists()


def test_a_link_cannot_sign_anybody_out():
    client = inside("auxiliar")
    client.get("/admin/logout/")
    assert opens(client)


def test_a_members_session_does_not_open_the_office(client: Client):
    staff = hire("supervisor", in_registry=True)
    member_sign_in(client, staff.document, choose(staff, "60382"))
    assert client.get("/admin/").status_code == 302


def test_a_staff_session_does_not_open_a_members_pages():
    client = inside("supervisor", in_registry=True)
    assert client.get("/estado-de-cuenta/").status_code == 302


def test_the_session_is_a_new_one(client: Client):
    client.get("/admin/login/")
    client.post("/acceso/", {"documento": "123456", "clave": "11111"})
    before = client.session.session_key
    sign_in(client, hire("auxiliar"))
    assert client.session.session_key != before


def test_a_blocked_colleague_is_out_at_once():
    client = inside("auxiliar")
    block_staff(member=Member.objects.get(is_staff=True), by=Actor.operator("pruebas"))
    assert not opens(client)


def test_a_reset_factor_ends_the_session():
    client = inside("auxiliar")
    reset_second_factor(member=Member.objects.get(is_staff=True), by=Actor.operator("pruebas"))
    assert not opens(client)


def test_a_new_password_ends_the_other_sessions(clock: Any):
    first = inside("auxiliar")
    staff = Member.objects.get(is_staff=True)
    second = Client()
    clock.forward(seconds=31)
    sign_in(second, staff)
    page = first.post("/admin/password_change/", {"contrasena": PASSWORD, "nueva": NEW, "confirmacion": NEW})
    assert page.url == "/admin/"
    assert opens(first)
    assert not opens(second)


@pytest.mark.parametrize(
    ("current", "new", "again", "sentence"),
    [
        (
            "no es la mía de verdad",
            "siete gatos bajo la lluvia",
            "siete gatos bajo la lluvia",
            "La contraseña actual no coincide",
        ),
        (PASSWORD, "corta", "corta", "12"),
        (PASSWORD, "quintero mesa", "quintero mesa", "apellidos"),
        (PASSWORD, "siete gatos bajo la lluvia", "ocho gatos bajo la lluvia", "La confirmación no es igual"),
        ("", "", "", "Escriba su contraseña actual"),
    ],
)
def test_a_password_is_changed_only_properly(current: str, new: str, again: str, sentence: str):
    client = inside("auxiliar")
    page = client.post("/admin/password_change/", {"contrasena": current, "nueva": new, "confirmacion": again})
    assert sentence in page.content.decode()
    assert Member.objects.get(is_staff=True).check_password(PASSWORD)


def test_a_wrong_current_password_leaves_an_event():
    client = inside("auxiliar")
    client.post("/admin/password_change/", {"contrasena": "no es la mía de verdad", "nueva": NEW, "confirmacion": NEW})
    event = Event.objects.get(kind=Kind.STAFF_REFUSED)
    assert (event.actor_role, event.details) == ("auxiliar", '{"what":"wrong current password"}')
