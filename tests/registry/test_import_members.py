"""`manage.py import_members`: the registry follows the file, and every contact change gets a notice."""

import json
import tracemalloc
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError
from django.db import OperationalError
from django.utils import timezone

from accounts.models import Member
from audit.kinds import Kind
from audit.models import Event
from common.colombia.documents import searchable, searchable_column
from outbox.models import Message
from outbox.worker import drain
from registry import importing
from tests.common.files.sheets import sheet_of, write_sheet
from tests.registry.files import ROSA, file_of, people, run

pytestmark = pytest.mark.django_db


def test_a_new_member_is_inserted_whole(tmp_path):
    assert "nuevas: 1" in run(file_of(tmp_path, ROSA))
    member = Member.objects.get(document="32451867")
    assert member.search_name == "rosa elena gomez restrepo"
    assert (str(member.birth_date), member.mobile, member.status) == ("1958-05-31", "3105552827", "active")
    assert len(member.epoch) == 22
    assert not member.has_usable_password()
    assert member.held_until is None
    assert Message.objects.count() == 0


def test_a_second_run_changes_nothing_and_says_so(tmp_path):
    path = file_of(tmp_path, *people(20))
    run(path)
    before = list(Member.objects.order_by("pk").values())
    assert "Nada cambió" in run(path)
    assert list(Member.objects.order_by("pk").values()) == before


def test_every_member_gets_an_epoch_of_their_own(tmp_path):
    run(file_of(tmp_path, *people(50)))
    assert len(set(Member.objects.values_list("epoch", flat=True))) == 50


def test_a_dry_run_reports_the_same_and_writes_nothing(tmp_path):
    path = file_of(tmp_path, *people(5))
    assert "nuevas: 5" in run(path, "--dry-run")
    assert (Member.objects.count(), Event.objects.count()) == (0, 0)


def test_a_changed_email_is_reported_to_both_addresses_and_closes_the_recovery(tmp_path):
    run(file_of(tmp_path, *people(20)))
    changed = people(20)
    changed[7]["correo"] = "nuevo@correo.example"
    assert "correos cambiados: 1" in run(file_of(tmp_path, *changed))
    drain()
    assert sorted(message.to[0] for message in mail.outbox) == ["nuevo@correo.example", "p7@correo.example"]
    member = Member.objects.get(document="1007")
    assert timedelta(hours=71) < member.held_until - timezone.now() <= timedelta(hours=72)
    assert Event.objects.filter(kind=Kind.CONTACT_CHANGED).count() == 1
    assert Member.objects.exclude(held_until=None).count() == 1


def test_a_changed_name_is_no_contact_change(tmp_path):
    run(file_of(tmp_path, *people(20)))
    assert "cambiadas: 20" in run(file_of(tmp_path, *people(20, apellidos="Gómez Arango")), "--yes")
    assert Member.objects.filter(search_name="rosa elena gomez arango").count() == 20
    assert Member.objects.exclude(held_until=None).count() == Message.objects.count() == 0


def test_columns_the_file_lacks_stay_as_they_are(tmp_path):
    run(file_of(tmp_path, ROSA))
    run(file_of(tmp_path, {"documento": "32451867", "nombres": "Rosa", "apellidos": "Gómez"}))
    member = Member.objects.get()
    assert (member.first_names, member.email, member.mobile) == ("Rosa", "rosa.gomez@correo.example", "3105552827")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"estado": "retirado"}, "retiraría a 3 de 20 asociados"),
        ({"correo": "otro@correo.example"}, "cambiaría 3 de 20 correos"),
        ({"celular": "3205550000"}, "cambiaría teléfonos de 3 de 20 asociados"),
        ({"correo": ""}, "cambiaría 3 de 20 correos"),
    ],
)
def test_a_file_that_changes_too_much_is_refused_without_yes(tmp_path, changes, sentence):
    run(file_of(tmp_path, *people(20)))
    path = file_of(tmp_path, *[row | changes for row in people(3)], *people(20)[3:])
    before = list(Member.objects.order_by("pk").values())
    with pytest.raises(CommandError, match=sentence):
        run(path)
    assert list(Member.objects.order_by("pk").values()) == before
    assert Message.objects.count() == 0
    assert "cambiadas: 3" in run(path, "--yes")


def test_two_of_twenty_may_retire_and_their_sessions_end(tmp_path):
    run(file_of(tmp_path, *people(20)))
    epochs = set(Member.objects.values_list("epoch", flat=True))
    assert "retirados: 2" in run(file_of(tmp_path, *people(2, estado="retirado")))
    assert Member.objects.filter(status="retired").exclude(epoch__in=epochs).count() == 2


def test_an_empty_state_leaves_a_retired_member_retired(tmp_path):
    run(file_of(tmp_path, ROSA | {"estado": "retirado"}))
    run(file_of(tmp_path, ROSA | {"estado": ""}))
    assert Member.objects.get().status == "retired"


def test_a_document_twice_in_a_file_is_rejected_the_second_time(tmp_path):
    out = tmp_path / "malos.csv"
    twice = file_of(tmp_path, ROSA, ROSA | {"nombres": "Otra", "documento": "32451867"})
    with pytest.raises(CommandError, match="1 fila no entró"):
        run(twice, "--rejects", str(out))
    assert Member.objects.get().first_names == "Rosa Elena"
    assert "3;documento;el documento ya está en la línea 2;32451867;CC;Otra" in out.read_text()


def test_a_document_is_found_again_in_a_later_piece_of_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr("common.files.tables.BATCH", 3)
    monkeypatch.setattr("registry.importing.PIECE", 2)
    with pytest.raises(CommandError, match="1 fila no entró"):
        run(file_of(tmp_path, *people(20), people(1)[0]))
    assert Member.objects.count() == 20


def test_two_members_may_share_an_email_and_the_report_says_so(tmp_path):
    assert "correos de varios asociados: 1" in run(file_of(tmp_path, *people(2, correo="familia@correo.example")))
    assert Member.objects.count() == 2


def test_good_rows_are_imported_and_bad_ones_written_to_the_rejects(tmp_path):
    out = tmp_path / "malos.csv"
    path = file_of(tmp_path, *people(3), ROSA | {"documento": "99", "correo": "nadie"})
    with pytest.raises(CommandError) as refused:
        run(path, "--rejects", str(out))
    assert refused.value.returncode == 1
    assert Member.objects.count() == 3
    assert out.read_text(encoding="utf-8-sig").startswith("linea;columna;motivo;documento;")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"documento,nombres\n1020,Ana\n", "faltan columnas: apellidos"),
        (b"documento,nombres,apellidos,clave\n1020,Ana,Ruiz,12345\n", "no se conocen: clave"),
        (b"documento,nombres,apellidos\n1020,Ana,Ruiz\n1021,Eva,Mu\xc3", "mitad de una letra"),
        (b"documento,nombres,apellidos\n1020,Ana," + b"x" * 10_000_000, "mil letras"),
        (b"\n" * 1_000_000, "vacío"),
    ],
)
def test_a_broken_file_gives_a_sentence_and_changes_nothing(tmp_path, content, sentence):
    path = tmp_path / "malo.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=sentence):
        run(path)
    assert Member.objects.count() == 0


@pytest.mark.parametrize("lines", ["", "\n" * 1_000_000])
def test_a_file_without_rows_imports_nothing_and_says_so(tmp_path, lines):
    path = tmp_path / "solo.csv"
    path.write_text("documento,nombres,apellidos\n" + lines)
    assert "no trae filas" in run(path)


def test_a_file_of_only_bad_rows_is_reported_row_by_row(tmp_path):
    path = tmp_path / "malas.csv"
    path.write_text("documento,nombres,apellidos\nabc,Ana,Ruiz\n,Eva,Paz\n")
    with pytest.raises(CommandError, match="2 filas no entraron"):
        run(path)


def test_a_file_that_breaks_after_its_first_pieces_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("common.files.tables.BATCH", 2)
    monkeypatch.setattr("registry.importing.PIECE", 1)
    path = file_of(tmp_path, *people(8))
    path.write_text(path.read_text() + '1099;"' + "x\n" * 30_000)
    with pytest.raises(CommandError, match="comillas"):
        run(path)
    assert Member.objects.count() == 0


def test_a_sheet_is_imported_like_a_csv(tmp_path):
    path = write_sheet(tmp_path / "a.xlsx", sheet_of([["documento", "nombres", "apellidos"], [1020304, "Ana", "Ruiz"]]))
    run(path)
    assert Member.objects.get().document == "1020304"


def test_staff_who_are_no_members_become_both(tmp_path, staff):
    run(file_of(tmp_path, ROSA | {"documento": staff.document}))
    staff.refresh_from_db()
    assert staff.in_registry
    assert staff.is_staff


def test_an_import_records_one_event(tmp_path):
    run(file_of(tmp_path, *people(4)), "--by", "sistemas")
    event = Event.objects.get(kind=Kind.MEMBERS_IMPORTED)
    assert (event.actor, json.loads(event.details)["new"]) == ("sistemas", 4)


def test_others_are_called_after_an_import_that_changed_something(tmp_path, monkeypatch):
    called = []
    monkeypatch.setattr(importing, "after_import", [lambda: called.append(1)])
    path = file_of(tmp_path, ROSA)
    run(path)
    run(path)
    assert called == [1]


def test_the_json_report_is_machine_readable(tmp_path):
    assert json.loads(run(file_of(tmp_path, ROSA), "--json"))["new"] == 1


@pytest.mark.parametrize("name", ["José", "ÑOÑO", "Åsa Øye", "Ana ´", "ﬁn", "Łukasz", "İpek", "名前", "Zoë\u0301", "ﷺ" * 30])
def test_names_are_searchable_alike_by_every_way_of_entry(name):
    assert searchable_column([name, "Ana"], ["Ruiz", name]) == [searchable(f"{name} Ruiz"), searchable(f"Ana {name}")]


@pytest.mark.parametrize("name", ["Áé íóúñü", "Ñ\u0302", "ñ\u0302o", " Ana", "Ana ", "A  a", "", "ß", "x" * 100 + "é" * 100])
def test_common_accents_are_taken_off_like_all_others(name):
    assert searchable_column([name, "Peña"], ["Ruiz", name]) == [searchable(f"{name} Ruiz"), searchable(f"Peña {name}")]


def test_special_characters_of_copy_are_text_and_an_empty_date_is_null(tmp_path):
    odd = ROSA | {"nombres": r"\N", "direccion": r"Calle \. 5\t6\\", "ciudad": "", "fecha_nacimiento": ""}
    run(file_of(tmp_path, odd))  # into an empty registry, and then beside a member
    run(file_of(tmp_path, odd | {"documento": "77001"}))
    for document in ("32451867", "77001"):
        member = Member.objects.get(document=document)
        assert (member.first_names, member.address) == (r"\N", r"Calle \. 5\t6\\")
        assert (member.city, member.birth_date, str(member.issue_date)) == ("", None, "1979-08-14")


@pytest.mark.parametrize("rows_a_statement", [1, 3, 7, 1000])
def test_rows_are_the_same_however_many_go_in_at_once(tmp_path, monkeypatch, rows_a_statement):
    monkeypatch.setattr("registry.staging.ROWS_A_STATEMENT", rows_a_statement)
    monkeypatch.setattr("common.files.tables.BATCH", 4)
    bad = ROSA | {"documento": "malo"}
    with pytest.raises(CommandError, match="2 filas no entraron"):
        run(file_of(tmp_path, *people(9), bad, *people(20)[9:], bad))
    names = Member.objects.order_by("pk").values_list(
        "document", "email", "created_at__year", "is_active", "is_staff", "password"
    )
    year = timezone.now().year
    assert list(names) == [(str(1000 + at), f"p{at}@correo.example", year, True, False, "!") for at in range(20)]
    assert "iguales: 20" in run(file_of(tmp_path, *people(20)))


def test_a_long_file_is_not_held_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("common.files.tables.BATCH", 100)
    path = file_of(tmp_path, *(ROSA | {"documento": str(100_000 + at)} for at in range(20_000)))
    assert path.stat().st_size > 3 * 2**20
    tracemalloc.start()
    run(path)
    assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    tracemalloc.stop()


def test_a_database_error_gives_a_sentence(tmp_path, monkeypatch):
    def refuse(*args):
        raise OperationalError("database is locked")

    monkeypatch.setattr("registry.importing._fill_registry", refuse)
    with pytest.raises(CommandError, match="repita la orden"):
        run(file_of(tmp_path, ROSA))


def test_letters_that_grow_when_searched_for_do_not_break_the_registry(tmp_path):
    run(file_of(tmp_path, ROSA | {"nombres": "ﷺ" * 60}))
    assert len(Member.objects.get().search_name) == 170
