"""An approved contact change against the core's nightly file: who wins, who is told, how it reaches the core."""

import csv
import io
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import ContactChange, Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Event
from cooperen.doctor import contact_changes
from outbox.worker import drain
from recovery.contact_changes import propose_contact_change
from registry.models import ContactOverride
from tests.office import inside
from tests.registry.files import ROSA, file_of, people, run

pytestmark = pytest.mark.django_db
NEW, THIRD = "rosa.nueva@correo.example", "rosa.tercera@correo.example"
OLD = ROSA["correo"]
PAGE = "/admin/accounts/contactchange/"


def night(tmp_path: Path, **changes: str) -> str:
    """The core's file of this night: Rosa's row with `changes`, and nineteen others."""
    return run(file_of(tmp_path, ROSA | changes, *people(20)[1:]))


@pytest.fixture
def office(db: Any, clock: Any) -> Client:
    """A supervisor's browser."""
    return inside("supervisor")


def approve(office: Client, **changes: str) -> ContactChange:
    """A proposal approved in the office."""
    rosa = Member.objects.get(document="32451867")
    change = propose_contact_change(member=rosa, changes=changes, by=Actor.member(rosa.document))
    assert change
    decide(office, change, "aprobar")
    Member.objects.update(held_until=None)
    drain()
    mail.outbox.clear()
    return change


def decide(office: Client, change: ContactChange, decision: str, **more: str) -> str:
    return office.post(f"{PAGE}{change.pk}/", {"decision": decision, **more}, follow=True).content.decode()


def rosa() -> Member:
    drain()
    return Member.objects.get(document="32451867")


def told() -> list[str]:
    return sorted(message.to[0] for message in mail.outbox)


@pytest.fixture
def changed(tmp_path: Path, office: Client) -> ContactChange:
    """Rosa's new e-mail, approved after the core's file of last night."""
    night(tmp_path)
    return approve(office, email=NEW)


def test_the_approved_value_stands_while_the_core_repeats_its_own(tmp_path: Path, changed: ContactChange):
    for _ in range(3):
        said = night(tmp_path)
        assert "datos aprobados que el núcleo todavía no tiene (se conservan): 1" in said
        assert "iguales: 20" in said
        assert (rosa().email, rosa().held_until, told()) == (NEW, None, [])


def test_the_core_confirms_it_and_may_change_it_from_then_on(tmp_path: Path, changed: ContactChange):
    assert "datos aprobados que el núcleo ya tiene: 1" in night(tmp_path, correo=NEW.upper())
    assert not ContactOverride.objects.exists()
    assert (rosa().email, rosa().held_until, told()) == (NEW, None, [])
    night(tmp_path)
    assert rosa().email == OLD


@pytest.mark.parametrize("third", [THIRD, ""])
def test_a_third_value_wins_and_both_addresses_are_told(tmp_path: Path, changed: ContactChange, third: str):
    assert "datos aprobados que el núcleo reemplazó por otros (avisado): 1" in night(tmp_path, correo=third)
    member = rosa()
    assert (member.email, member.held_until is not None) == (third, True)
    assert told() == sorted({NEW, third} - {""})
    assert all("lo que trajo el registro central" in message.body for message in mail.outbox)
    assert not ContactOverride.objects.exists()
    details = json.loads(Event.objects.filter(kind=Kind.CONTACT_CHANGED).latest("number").details)
    assert details["what"] == "el núcleo reemplazó un dato aprobado"


def test_a_third_value_that_no_question_shows_is_told_without_a_hold(tmp_path: Path, office: Client):
    night(tmp_path)
    approve(office, mobile="3125552827")
    night(tmp_path, celular="3135552827")
    assert (rosa().mobile, rosa().held_until, told()) == ("3135552827", None, [OLD])
    assert "no se puede pedir una clave" not in mail.outbox[0].body


@pytest.mark.parametrize(
    ("field", "column", "value"),
    [
        ("email", "correo", NEW),
        ("mobile", "celular", "3205550199"),
        ("landline", "telefono", "6045550188"),
        ("address", "direccion", "Carrera 70 # 44-18"),
        ("city", "ciudad", "Bello"),
    ],
)
def test_each_kind_of_contact_data_stands_is_exported_and_confirmed(
    tmp_path: Path, office: Client, field: str, column: str, value: str
):
    night(tmp_path)
    approve(office, **{field: value})
    night(tmp_path)
    assert getattr(rosa(), field) == value
    assert [row[column] for row in exported(tmp_path)] == [value]
    night(tmp_path, **{column: value})
    assert (getattr(rosa(), field), exported(tmp_path)) == (value, [])


def test_a_file_without_the_column_or_without_the_member_decides_nothing(tmp_path: Path, changed: ContactChange):
    run(file_of(tmp_path, {"documento": "32451867", "nombres": "Rosa Elena", "apellidos": "Gómez Restrepo"}))
    run(file_of(tmp_path, *people(20)[1:]))
    assert (rosa().email, ContactOverride.objects.count()) == (NEW, 1)


def test_a_dry_run_decides_nothing(tmp_path: Path, changed: ContactChange):
    run(file_of(tmp_path, ROSA | {"correo": THIRD}, *people(20)[1:]), "--dry-run")
    assert (rosa().email, ContactOverride.objects.count()) == (NEW, 1)


def test_a_second_change_stands_against_the_cores_last_value(tmp_path: Path, changed: ContactChange, office: Client):
    approve(office, email=THIRD)
    night(tmp_path)
    assert rosa().email == THIRD
    approve(office, email=OLD)
    assert not ContactOverride.objects.exists()


def test_a_rejected_row_decides_nothing(tmp_path: Path, changed: ContactChange):
    with pytest.raises(CommandError, match="1 fila no entró"):
        run(file_of(tmp_path, ROSA | {"correo": "nadie"}, *people(20)[1:]))
    assert (rosa().email, ContactOverride.objects.count()) == (NEW, 1)


# ---- to the core -------------------------------------------------------------------------------------------------


def exported(tmp_path: Path) -> list[dict[str, str]]:
    path, said = tmp_path / "cambios.csv", StringIO()
    call_command("export_contact_changes", str(path), stdout=said)
    text = path.read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
    assert ("No hay cambios" in said.getvalue()) == (not rows)
    assert path.stat().st_mode & 0o777 == 0o600
    return rows


def test_the_export_is_a_whole_row_of_the_member_file(tmp_path: Path, changed: ContactChange):
    (row,) = exported(tmp_path)
    assert list(row) == list(ROSA)
    spelled = {"documento": "32451867", "fecha_nacimiento": "1958-05-31", "celular": "3105552827", "correo": NEW}
    assert row == ROSA | spelled
    event = Event.objects.get(kind=Kind.DATA_EXPORTED)
    assert json.loads(event.details) == {"count": 1, "what": "cambios de contacto"}


@pytest.mark.parametrize("there", ["a link", "another file", "no folder"])
def test_an_export_that_cannot_be_written_is_refused_and_harms_nothing(tmp_path: Path, changed: ContactChange, there: str):
    path, other = tmp_path / "cambios.csv", tmp_path / "otro.csv"
    other.write_text("otro")
    if there == "a link":
        path.symlink_to(other)
    path = {"another file": other, "no folder": tmp_path / "no" / "cambios.csv"}.get(there, path)
    with pytest.raises(CommandError, match="enlace|ya existe|carpeta"):
        call_command("export_contact_changes", str(path))
    assert other.read_text() == "otro"
    assert not Event.objects.filter(kind=Kind.DATA_EXPORTED).exists()


# ---- in the office ------------------------------------------------------------------------------------------------


def test_staff_see_what_the_core_does_not_have_and_what_is_overdue(
    tmp_path: Path, changed: ContactChange, clock: Any, office: Client
):
    client = office

    def listed(which: str) -> bool:
        return f"{PAGE}{changed.pk}/" in client.get(f"{PAGE}?nucleo={which}").content.decode()

    assert (listed("pendiente"), listed("atrasado"), listed("otra")) == (True, False, False)
    clock.now += settings.CONTACT_PENDING
    clock.forward(minutes=1)
    client = inside("auxiliar")
    assert (listed("pendiente"), listed("atrasado")) == (True, True)
    assert f"Cambios que el núcleo no tiene hace {settings.CONTACT_PENDING.days} días" in client.get("/admin/").content.decode()
    night(tmp_path, correo=NEW)
    assert (listed("pendiente"), listed("atrasado")) == (False, False)


def test_doctor_says_how_many_the_core_is_late_with(changed: ContactChange, clock: Any):
    (line,) = contact_changes("Cambios de contacto")
    assert line.well
    clock.now += settings.CONTACT_PENDING
    clock.forward(minutes=1)
    (line,) = contact_changes("Cambios de contacto")
    assert (line.well, line.found) == (False, f"1 que el núcleo no tiene hace más de {settings.CONTACT_PENDING.days} días")
    assert "export_contact_changes" in line.to_do


def test_staff_undo_a_change_and_the_cores_value_comes_back(tmp_path: Path, changed: ContactChange, office: Client):
    page = decide(office, changed, "deshacer", motivo="No era ella")
    assert "Deshizo el cambio" in page
    member = rosa()
    assert (member.email, member.held_until is not None, told()) == (OLD, True, sorted([OLD, NEW]))
    assert Event.objects.filter(kind=Kind.CONTACT_UNDONE).count() == 1
    night(tmp_path)
    assert rosa().email == OLD


def test_what_the_core_has_is_not_undone(tmp_path: Path, changed: ContactChange, office: Client):
    night(tmp_path, correo=NEW)
    assert "No hay nada que deshacer" in decide(office, changed, "deshacer", motivo="No era ella")
    assert rosa().email == NEW


def test_undoing_needs_a_reason(changed: ContactChange, office: Client):
    assert "Escriba el motivo" in decide(office, changed, "deshacer")
    assert rosa().email == NEW


def test_the_purge_keeps_a_change_that_still_stands(changed: ContactChange, clock: Any):
    clock.now += settings.KEEP_ATTEMPTS * 2
    call_command("purge", stdout=StringIO())
    assert ContactOverride.objects.count() == 1
