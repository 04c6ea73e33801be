"""Requests of contact changes on «Mis datos»: what is asked, refused and answered, and what became of the last one."""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.contact_fields import COLUMNS, FIELDS, LABELS
from accounts.models import ContactChange, Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Event
from outbox.models import Message
from ratelimits.models import RateLimit
from recovery.contact_changes import propose_contact_change
from registry.columns import FIELDS as FILE_COLUMNS
from tests.access import choose, sign_in
from tests.office import inside
from tests.recovery.my_data.test_masked import PAGE

pytestmark = pytest.mark.django_db
KEY = "60382"
MAIL = " También se lo diremos a su correo registrado."
NEW = {
    "correo": "rosa.nueva@correo.example",
    "celular": "3205550199",
    "telefono": "6045550186",
    "direccion": "Calle 10 # 20-37 Apto 302",
    "ciudad": "Envigado",
}
OLD = {
    "correo": "rosa.gomez@correo.example",
    "celular": "3105552827",
    "telefono": "6045553419",
    "direccion": "Calle 45 # 23-60",
    "ciudad": "Medellín",
}


@pytest.fixture
def rosa(member: Member, clock: Any) -> Client:
    client = Client()
    assert sign_in(client, member.document, choose(member, KEY)).status_code == 302
    return client


def ask(client: Client, **typed: str) -> HttpResponse:
    return client.post(PAGE, typed, follow=True)


def text_of(page: HttpResponse) -> str:
    return page.content.decode()


def decide(**data: str) -> str:
    change = ContactChange.objects.latest("pk")
    supervisor = inside("supervisor")
    page = supervisor.post(f"/admin/accounts/contactchange/{change.pk}/", data)
    return supervisor.get(page.url).content.decode()


def outcome(page: str) -> dict[str, str]:
    """The lines about the last request."""
    lines = page.partition('<h2 id="t-pedido">')[2].partition("</section>")[0]
    return dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", lines))


def test_the_fields_are_the_columns_of_the_member_file(rosa: Client):
    assert {column: name for name, column in COLUMNS.items()}.items() <= FILE_COLUMNS.items()
    assert set(LABELS) == set(FIELDS) == set(COLUMNS)
    page = text_of(rosa.get(PAGE))
    assert [column for column in COLUMNS.values() if f'name="{column}"' not in page] == []


@pytest.mark.parametrize("field", NEW)
def test_each_field_is_proposed_shown_to_the_supervisor_and_applied(rosa: Client, member: Member, field: str):
    assert "Recibimos su solicitud" in text_of(ask(rosa, **{field: NEW[field]}))
    change = ContactChange.objects.get()
    (name,) = change.changes
    assert change.changes == {name: NEW[field]}
    supervisor = inside("supervisor")
    url = f"/admin/accounts/contactchange/{change.pk}/"
    assert f'<th scope="row">{LABELS[name]}</th>' in supervisor.get(url).content.decode()
    assert NEW[field] in supervisor.get(url).content.decode()
    supervisor.post(url, {"decision": "aprobar"})
    member.refresh_from_db()
    assert getattr(member, name) == NEW[field]
    card = supervisor.post(f"/admin/accounts/member/{member.pk}/datos/").content.decode()
    assert f"<dt>{LABELS[name]}</dt><dd>{NEW[field]}</dd>" in card


def test_a_city_alone_does_not_close_the_recovery_and_nobody_says_so(rosa: Client, member: Member):
    ask(rosa, ciudad="Envigado")
    page = decide(decision="aprobar")
    assert "Aprobó el cambio" in page
    assert "72 horas" not in page
    member.refresh_from_db()
    assert member.held_until is None


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"correo": "rosa"}, "correo", "Escriba el correo completo, por ejemplo nombre@correo.com"),
        ({"celular": "12"}, "celular", "Escriba el celular completo, de 7 a 15 números"),
        ({"telefono": "abc"}, "telefono", "Escriba el teléfono fijo completo, de 7 a 15 números"),
        ({"direccion": "x" * 121}, "direccion", "Escriba la dirección en 120 letras o menos"),
        ({"ciudad": "x" * 61}, "ciudad", "Escriba la ciudad en 60 letras o menos"),
        ({"ciudad": "Bello\x00"}, "ciudad", "Escriba la ciudad en 60 letras o menos"),
    ],
)
def test_a_mistake_is_said_at_its_field(rosa: Client, typed: dict[str, str], field: str, sentence: str):
    page = text_of(ask(rosa, **typed))
    assert f'<a href="#id_{field}">{sentence}</a>' in page
    assert page.count('aria-invalid="true"') == 1
    assert not ContactChange.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"), [({}, "Escriba al menos un dato nuevo"), ({"ciudad": "Medellín"}, "Ese dato ya está registrado así")]
)
def test_a_mistake_of_the_whole_form_marks_no_field_and_links_to_the_form(rosa: Client, typed: dict[str, str], sentence: str):
    page = text_of(ask(rosa, **typed))
    (anchor,) = re.findall(rf'<a href="#([^"]+)">{sentence}</a>', page)
    assert re.search(rf'<form [^>]*id="{anchor}"', page)
    assert "aria-invalid" not in page
    assert 'class="error"' not in page


def seen_after(client: Client, member: Member, typed: dict[str, str]) -> tuple[int, str, int]:
    """Status, page and charge of a request, whatever was waiting before."""
    ContactChange.objects.all().delete()
    RateLimit.objects.filter(name="contact_proposals").delete()
    page = ask(client, **typed)
    shown = re.sub(r'(csrfmiddlewaretoken" value=")[^"]*', r"\1", text_of(page))
    return page.status_code, shown, RateLimit.objects.filter(name="contact_proposals").count()


@pytest.mark.parametrize("field", [field for field in NEW if field != "ciudad"])
def test_no_answer_tells_whether_a_typed_fact_is_the_registered_one(rosa: Client, member: Member, field: str):
    """Otherwise a borrowed session could find out the plate, the phones or the e-mail by trial."""
    for also in ({}, {"ciudad": "Envigado"}):
        right = seen_after(rosa, member, {field: OLD[field], **also})
        assert right == seen_after(rosa, member, {field: NEW[field], **also})


def test_the_supervisor_reads_that_a_value_is_registered_already(rosa: Client):
    ask(rosa, direccion=OLD["direccion"], celular=NEW["celular"])
    url = f"/admin/accounts/contactchange/{ContactChange.objects.get().pk}/"
    assert "Igual a lo que ya está registrado: Dirección." in inside("supervisor").get(url).content.decode()


def test_approving_what_is_registered_already_changes_nothing_and_says_so(rosa: Client, member: Member):
    ask(rosa, direccion=OLD["direccion"])
    assert "72 horas" not in decide(decision="aprobar")
    member.refresh_from_db()
    assert member.held_until is None


def test_what_changes_nothing_charges_nothing(rosa: Client, member: Member):
    for _ in range(7):
        ask(rosa)
        ask(rosa, ciudad=OLD["ciudad"])
        ask(rosa, correo="rosa")
    assert not RateLimit.objects.filter(name="contact_proposals").exists()
    for _ in range(7):
        assert "Recibimos su solicitud" in text_of(ask(rosa, celular=NEW["celular"]))  # the same request again
    assert ContactChange.objects.count() == Event.objects.filter(kind=Kind.CONTACT_PROPOSED).count() == 1
    for number in range(4):
        assert "Recibimos su solicitud" in text_of(ask(rosa, celular=f"32055501{number}1"))
    refused = ask(rosa, celular="3205550000")
    assert refused.status_code == 429
    assert "Ya pidió varios cambios. Puede pedir otro desde el 22 de octubre de 2021" in text_of(refused)


def test_staff_who_propose_for_a_member_spend_nothing_of_theirs(rosa: Client, member: Member):
    for number in range(8):
        by = Actor.staff("43018552", "auxiliar")
        proposed = propose_contact_change(member=member, changes={"mobile": f"320555019{number}"}, by=by)
        assert isinstance(proposed, ContactChange)
    assert "Recibimos su solicitud" in text_of(ask(rosa, celular="3205550000"))


def test_no_request_has_no_outcome(rosa: Client):
    assert "Su última solicitud" not in text_of(rosa.get(PAGE))


def test_the_outcome_of_the_last_request_is_shown(rosa: Client, member: Member, clock: Any):
    page = text_of(ask(rosa, celular=NEW["celular"], direccion=NEW["direccion"]))
    assert outcome(page) == {
        "Datos": "Celular, Dirección",
        "Pedida": "en esta página, el 21 de octubre de 2021",
        "Estado": "En revisión",
    }
    assert "Ya tiene una solicitud en revisión." in page
    clock.forward(days=1)
    sign_in(rosa, member.document, KEY)
    decide(decision="negar", motivo="No era ella")
    page = text_of(rosa.get(PAGE))
    assert outcome(page)["Estado"] == "Rechazada el 22 de octubre de 2021"
    assert "Ya tiene una solicitud" not in page
    assert "No era ella" not in page


def test_an_approved_request_is_said_to_be_approved_and_shows_no_value(rosa: Client, member: Member, clock: Any):
    ask(rosa, direccion=NEW["direccion"])
    decide(decision="aprobar")
    page = text_of(rosa.get(PAGE))
    assert outcome(page)["Estado"] == "Aprobada el 21 de octubre de 2021"
    assert "20-37" not in page


def test_a_request_that_was_replaced_or_voided_is_said_to_be(rosa: Client, member: Member, clock: Any):
    ask(rosa, celular=NEW["celular"])
    ContactChange.objects.update(state=ContactChange.State.REPLACED, decided_at=clock.now)
    assert outcome(text_of(rosa.get(PAGE)))["Estado"] == "Reemplazada por otra el 21 de octubre de 2021"


def test_what_the_office_asked_for_is_said_to_come_from_there(rosa: Client, member: Member):
    propose_contact_change(member=member, changes={"email": NEW["correo"]}, by=Actor.staff("43018552", "auxiliar"))
    page = text_of(rosa.get(PAGE))
    assert outcome(page)["Pedida"] == "en la oficina, el 21 de octubre de 2021"
    assert NEW["correo"] not in page


def mails_of(kind: str) -> int:
    return Message.objects.filter(kind=kind).count()


def test_a_rejected_and_a_replaced_request_are_told(rosa: Client, member: Member):
    ask(rosa, celular=NEW["celular"])
    ask(rosa, ciudad=NEW["ciudad"])
    assert (mails_of("contact_replaced"), mails_of("contact_rejected")) == (1, 0)
    address = f"/admin/accounts/contactchange/{ContactChange.objects.get(state='waiting').pk}/"
    inside("supervisor").post(address, {"decision": "negar", "motivo": "no es suya"})
    assert (mails_of("contact_replaced"), mails_of("contact_rejected")) == (1, 1)


def test_an_approved_request_is_told_also_where_nothing_changes(rosa: Client, member: Member):
    ask(rosa, celular=OLD["celular"])
    address = f"/admin/accounts/contactchange/{ContactChange.objects.get().pk}/"
    inside("supervisor").post(address, {"decision": "aprobar"})
    assert (mails_of("contact_same"), mails_of("contact_changed")) == (1, 0)


def test_without_an_address_the_notice_promises_no_mail(rosa: Client, member: Member):
    Member.objects.filter(pk=member.pk).update(email="")
    assert "se lo diremos" not in text_of(ask(rosa, celular=NEW["celular"]))


def test_the_notice_promises_the_page_and_the_mail(rosa: Client):
    page = text_of(ask(rosa, celular=NEW["celular"]))
    (notice,) = re.findall(r'role="status".*?<p>(.*?)</p>', page)
    assert notice == f"✔ Recibimos su solicitud. Una persona de la oficina la revisará. En esta página verá el resultado.{MAIL}"
    assert outcome(page)["Estado"] == "En revisión"
