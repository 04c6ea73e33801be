"""The lists: search by document or name, filters, CSV without formulas, no full count."""

import csv as csv_module
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.access_actions import block_member
from accounts.models import Member
from audit.actors import Actor
from audit.kinds import DETAILS as DETAIL_NAMES
from audit.kinds import Kind
from audit.models import Event
from audit.record import record, subject_of
from backoffice.lists import CappedPaginator
from backoffice.wording import DETAILS, HIDDEN, QUESTIONS, VALUES
from common.files.csv_download import safe_cell
from recovery.masked_values import KINDS
from statements.models import Product
from tests.access import choose, given, sign_in
from tests.makers import make_member
from tests.office import inside
from tests.settings import ROOT
from tests.statements.ledgers import make_product

pytestmark = pytest.mark.django_db
BY = Actor.operator("pruebas")


def found(client: Client, query: str) -> list[str]:
    page = client.get("/admin/accounts/member/", {"q": query})
    if page.status_code == 302:
        return [Member.objects.get(pk=page.url.rstrip("/").split("/")[-1]).first_names]
    return sorted(member.first_names for member in page.context_data["cl"].result_list)


@pytest.mark.parametrize("typed", ["32451867", "32.451.867", " 0032451867", "3245", "rosa", "GÓMEZ", "gomez ros", "restrepo"])
def test_she_is_found_by_document_or_name(member: Member, other_member: Member, typed: str):
    assert found(inside("auxiliar"), typed) == ["Rosa Elena"]


@pytest.mark.parametrize("typed", ["ro", "omez", "9999", "rosa gomez perez", "%", "' OR 1=1", "a & b | !c:*", "|", "é" * 90])
def test_an_unknown_value_matches_no_rows(member: Member, typed: str):
    assert found(inside("auxiliar"), typed) == []


def test_a_beginning_of_nines_is_a_beginning_too(other_member: Member):
    make_member(document="9991234")
    make_member(document="99", search_name="x")
    assert len(found(inside("auxiliar"), "999")) == 1


def test_several_hits_are_a_list_with_states(member: Member, other_member: Member):
    make_member(document="32451868", last_names="Gómez Duque")
    block_member(member=member, by=BY, reason="Robo")
    page = inside("auxiliar").get("/admin/accounts/member/?q=gomez").content.decode()
    assert "Bloqueado" in page
    assert "Sin clave" in page


@pytest.mark.parametrize(("query", "names"), [("estado=bloqueado", {"Rosa Elena"}), ("agencia=Norte", {"Hernán Darío"})])
def test_filters_narrow_the_list(member: Member, other_member: Member, query: str, names: set[str]):
    block_member(member=member, by=BY, reason="Robo")
    page = inside("auxiliar").get(f"/admin/accounts/member/?{query}")
    assert {row.first_names for row in page.context_data["cl"].result_list} == names


def found_by(client: Client, state: str) -> set[str]:
    page = client.get(f"/admin/accounts/member/?estado={state}")
    return {row.first_names for row in page.context_data["cl"].result_list}


def test_every_state_of_the_access_has_its_filter(member: Member, other_member: Member, clock: Any):
    staff = inside("auxiliar")
    assert found_by(staff, "sin-clave") == {"Rosa Elena", "Hernán Darío"}
    given(member, "initial")
    assert found_by(staff, "inicial") == {"Rosa Elena"}
    assert found_by(staff, "sin-clave") == {"Hernán Darío"}
    choose(other_member, "60382")
    assert found_by(staff, "activa") == {"Hernán Darío"}
    for _ in range(5):
        sign_in(Client(), other_member.document, "48271")
        sign_in(Client(), "99887766", "48271")
    assert found_by(staff, "pausa") == {"Hernán Darío"}
    clock.forward(days=40)
    staff = inside("auxiliar", document="43018553")
    assert found_by(staff, "vencida") == {"Rosa Elena"}
    assert found_by(staff, "inicial") == found_by(staff, "pausa") == set()


def test_the_list_shows_the_failed_attempts(member: Member):
    choose(member, "60382")
    for _ in range(3):
        sign_in(Client(), member.document, "48271")
    page = inside("auxiliar").get("/admin/accounts/member/").content.decode()
    assert '<td class="field-failures">3</td>' in page


def test_a_row_of_the_trail_or_of_the_mails_leads_to_its_member(member: Member):
    given(member, "initial")
    client = inside("supervisor")
    way = f"/admin/accounts/member/de/{subject_of(member.document)}/"
    for place in ("audit/event", "outbox/message"):
        assert f'href="{way}"' in client.get(f"/admin/{place}/").content.decode()
    assert client.get(way).url == f"/admin/accounts/member/{member.pk}/"


def test_a_row_about_a_number_nobody_has_says_so(member: Member):
    sign_in(Client(), "99887766", "48271")
    event = Event.objects.get(subject=subject_of("99887766"))
    answer = inside("supervisor").get(f"/admin/accounts/member/de/{event.subject}/", follow=True)
    assert "no es de ningún asociado" in answer.content.decode()


def test_a_recovery_leads_to_its_member(member: Member):
    for document in (member.document, "99887766"):
        Client().post("/recuperar/", {"documento": document})
    page = inside("supervisor").get("/admin/recovery/attempt/").content.decode()
    assert f'<a href="/admin/accounts/member/{member.pk}/">{member.document}</a>' in page
    assert "99887766 (no es asociado)" in page


def test_products_that_do_not_agree_are_found(member: Member):
    good, bad = make_product(member, number="20-1"), make_product(member, number="20-2")
    for product, more in ((good, 0), (bad, 1)):
        Product.objects.filter(pk=product.pk).update(ledger_on=product.cutoff_on, ledger_balance=product.balance + more)
    page = inside("supervisor").get("/admin/statements/product/?cuadre=no")
    assert [row.number for row in page.context_data["cl"].result_list] == ["20-2"]
    assert "no: movimientos hasta el 20/10/2021" in page.content.decode()


def test_staff_are_listed_in_words(db: Any):
    page = inside("admin").get("/admin/backoffice/staff/").content.decode()
    assert "abierta" in page
    assert "inscrito" in page
    assert "<img" not in page


def test_more_members_ask_no_more_queries(member: Member, django_assert_max_num_queries: Any):
    for number in range(40):
        make_member(document=str(50_000 + number))
    client = inside("auxiliar")
    client.get("/admin/accounts/member/")
    with django_assert_max_num_queries(12):
        assert len(client.get("/admin/accounts/member/").context_data["cl"].result_list) == 25


def test_a_large_table_is_not_counted_to_the_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("backoffice.lists.MOST", 3)
    for number in range(5):
        make_member(document=str(50_000 + number))
    assert CappedPaginator(Member.objects.order_by("pk"), 2).count == 3


def events(client: Client, **query: str) -> list[str]:
    return [event.kind for event in client.get("/admin/audit/event/", query).context_data["cl"].result_list]


def test_events_are_found_by_kind_outcome_day_person_and_document(member: Member, clock: Any):
    record(Kind.KEY_ISSUED, by=Actor.staff("43018552", "auxiliar"), document=member.document)
    clock.forward(days=1)
    record(Kind.SIGN_IN_REFUSED, by=Actor.stranger("190.0.2.0/24"), document="99887766", outcome="refused")
    client = inside("auditor")
    assert events(client, tipo="member:key:issued") == ["member:key:issued"]
    assert events(client, resultado="refused") == ["member:door:refused"]
    assert events(client, dia="2021-10-21") == ["member:key:issued"]
    assert events(client, quien="43018552") == ["member:key:issued"]
    assert events(client, documento="32.451.867") == ["member:key:issued"]


@pytest.mark.parametrize(
    "query", [{"dia": "ayer"}, {"dia": "0001-01-01"}, {"dia": "9999-12-31"}, {"tipo": "x"}, {"documento": "abc"}]
)
def test_a_filter_that_says_nothing_finds_nothing(query: dict[str, str]):
    assert events(inside("auditor"), **query) == []


@pytest.mark.parametrize("path", ["accounts/member", "audit/event", "recovery/attempt", "outbox/message", "statements/product"])
def test_no_list_takes_a_column_from_the_address(path: str, member: Member):
    client = inside("admin")
    assert client.get(f"/admin/{path}/?password__startswith=a&p=x&o=1.2&all=&e=1").status_code in (200, 302)


def csv(client: Client, query: str = "") -> str:
    return b"".join(client.get(f"/admin/audit/event/csv/{query}").streaming_content).decode()


def test_the_trail_is_exported_as_filtered_and_says_so(member: Member):
    record(Kind.KEY_ISSUED, by=BY, document=member.document)
    text = csv(inside("auditor"), "?tipo=member:key:issued")
    assert text.count("\r\n") == 2
    assert ";Clave emitida;Hecho;pruebas;operador;" in text
    assert Event.objects.filter(kind=Kind.TRAIL_EXPORTED).count() == 1


def test_the_trail_is_exported_in_the_words_and_the_hour_of_the_office(member: Member, clock: Any):
    record(Kind.KEY_ISSUED, by=BY, document=member.document, key_kind="initial", reason="Pidió ñame é 🎁", road="lote")
    header, row, *_ = csv(inside("auditor"), "?tipo=member:key:issued").removeprefix("\ufeff").splitlines()
    assert header == "numero;fecha;hora;evento;resultado;quien;en_calidad_de;sujeto;termina_en;red;detalles;codigo"
    cells = dict(zip(header.split(";"), csv_module.reader([row], delimiter=";").__next__(), strict=True))
    assert (cells["fecha"], cells["hora"]) == ("21/10/2021", "15:15:00")
    assert cells["detalles"] == "clave: inicial; motivo: Pidió ñame é 🎁; vía: lote"


def test_every_detail_of_an_event_and_every_rate_limit_has_its_spanish_words():
    assert DETAIL_NAMES - HIDDEN - set(DETAILS) == set()
    names = set(re.findall(r'Limit\("(\w+)"', (ROOT / "ratelimits" / "rates.py").read_text(encoding="utf-8")))
    names |= {"temporary_own", "temporary_others"}
    assert names - set(VALUES) == set()


def test_a_formula_typed_as_a_name_stays_a_text():
    record(Kind.KEY_ISSUED, by=Actor.operator("=HYPERLINK(1)"), reason="+SUM(A1)")
    assert ";'=HYPERLINK(1);" in csv(inside("auditor"))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "|cmd"])
def test_no_cell_is_taken_for_a_formula(cell: str):
    assert safe_cell(cell).startswith("'")


def test_marked_members_are_exported_without_keys_or_contact(member: Member):
    data = {"action": "export_members", "index": "0", "select_across": "0", "_selected_action": [member.pk]}
    response = inside("supervisor").post("/admin/accounts/member/", data)
    text = b"".join(response.streaming_content).decode()
    assert "32451867;Rosa Elena Gómez Restrepo;Sin clave;Centro" in text
    assert member.email not in text


def test_nothing_can_be_added_changed_or_deleted(member: Member):
    client = inside("admin")
    for path in ("add/", f"{member.pk}/change/", f"{member.pk}/delete/", f"{member.pk}/history/"):
        assert client.post(f"/admin/accounts/member/{path}", {"is_superuser": "on"}).status_code in (403, 404)


def test_djangos_own_log_is_not_used(member: Member):
    from django.contrib.admin.models import LogEntry

    client = inside("supervisor")
    client.post(f"/admin/accounts/member/{member.pk}/bloquear/", {"motivo": "Robo"})
    assert not LogEntry.objects.exists()
    call_command("verify_audit")


def test_the_export_goes_through_all_pages(db: Any):
    for _ in range(30):
        record(Kind.SIGNED_OUT, by=BY)
    answer = inside("auditor").get("/admin/audit/event/csv/?p=99")
    assert answer.getvalue().count(b";Salida;Hecho;") == 30  # type: ignore[attr-defined]


@pytest.mark.parametrize("place", ["accounts/member/?agencia=", "audit/event/?quien=", "statements/product/?numero="])
def test_a_filter_with_a_nul_finds_nothing(place: str, db: Any):
    assert inside("supervisor").get(f"/admin/{place}%00").status_code == 200


def test_every_question_has_its_word():
    assert set(QUESTIONS) == set(KINDS)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"action": "quitar_pausa"}, "Error: Marque al menos un asociado de la lista."),
        ({"action": "", "_selected_action": "1"}, "Error: Elija qué hacer con los asociados marcados."),
    ],
)
def test_what_is_missing_for_several_is_said_in_our_words(member: Member, data: dict[str, str], sentence: str):
    answer = inside("supervisor").post("/admin/accounts/member/", {"index": "0", "select_across": "0", **data}, follow=True)
    assert sentence in answer.content.decode()


def test_a_action_done_and_a_action_refused_look_different(member: Member):
    client = inside("supervisor")
    page = client.post(f"/admin/accounts/member/{member.pk}/bloquear/", {"motivo": "Robo"}, follow=True).content.decode()
    assert "<p>✔ El acceso de Rosa Elena Gómez Restrepo quedó bloqueado.</p>" in page
    page = client.get("/admin/accounts/member/de/nadie/", follow=True).content.decode()
    assert 'class="aviso  error"' in page
