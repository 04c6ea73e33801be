"""Commands for staff accounts, and the export of one person's data."""

import json
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Member
from audit.kinds import Kind
from audit.models import Event
from backoffice.models import StaffFactor
from tests.access import choose, given
from tests.office import PASSWORD, hire, inside, sign_in
from tests.statements.ledgers import make_product

pytestmark = pytest.mark.django_db
ANA = {"first_names": "Ana", "last_names": "Ríos", "email": "ana@cooperen.example"}


def create(monkeypatch: pytest.MonkeyPatch, document: str, role: str, password: str = PASSWORD, **options: str) -> str:
    monkeypatch.setattr("sys.stdin", StringIO(f"{password}\n"))
    out = StringIO()
    call_command("create_staff", document, role=role, password_stdin=True, stdout=out, **options)
    return out.getvalue()


def test_somebody_who_is_no_member_gets_an_account(monkeypatch: pytest.MonkeyPatch, client: Client):
    assert "puede entrar en /admin/ como supervisor" in create(monkeypatch, "43.111.222", "supervisor", **ANA)
    staff = Member.objects.get(document="43111222")
    assert (staff.in_registry, staff.is_staff, staff.is_superuser) == (False, True, False)
    assert sign_in(client, staff, code="").url == "/admin/segundo-factor/"
    assert Event.objects.filter(kind=Kind.STAFF_CREATED).count() == 1


def test_a_member_becomes_staff_and_stays_a_member(monkeypatch: pytest.MonkeyPatch, member: Member):
    create(monkeypatch, member.document, "auxiliar")
    member.refresh_from_db()
    assert (member.in_registry, member.is_staff, member.email) == (True, True, "rosa.gomez@correo.example")


def test_a_second_run_changes_the_role_alone(monkeypatch: pytest.MonkeyPatch, client: Client):
    staff = hire("auxiliar")
    create(monkeypatch, staff.document, "auditor")
    assert [group.name for group in Member.objects.get(pk=staff.pk).groups.all()] == ["auditor"]
    assert sign_in(client, staff).status_code == 302


@pytest.mark.parametrize(
    ("document", "password", "options", "sentence"),
    [
        ("abc", PASSWORD, ANA, "solo números"),
        ("43111222", "corta", ANA, "12"),
        ("43111222", "123456789012", ANA, "num"),
        ("43111222", "", ANA, "Falta la contraseña"),
        ("43111222", PASSWORD, {}, "No es asociado"),
        ("43111222", PASSWORD, {**ANA, "email": "ana"}, "correo completo"),
    ],
)
def test_what_is_not_right_is_said(
    monkeypatch: pytest.MonkeyPatch, document: str, password: str, options: dict[str, str], sentence: str
):
    with pytest.raises(CommandError, match=sentence):
        create(monkeypatch, document, "auxiliar", password, **options)
    assert not Member.objects.exists()


def test_a_blocked_account_is_closed_and_can_be_opened_again():
    client = inside("auxiliar")
    staff = Member.objects.get(is_staff=True)
    call_command("block_staff", staff.document, stdout=StringIO())
    call_command("block_staff", staff.document, stdout=StringIO())
    assert client.get("/admin/").status_code == 302
    assert sign_in(Client(), staff, code="000000").status_code == 200
    assert Event.objects.filter(kind=Kind.STAFF_BLOCKED).count() == 1
    call_command("reopen_staff", staff.document, by="ana", reason="Volvió", stdout=StringIO())
    assert Member.objects.get(pk=staff.pk).is_active


def test_a_reset_factor_is_enrolled_again(client: Client):
    staff = hire("auxiliar")
    call_command("reset_second_factor", staff.document, reason="Perdió el celular", stdout=StringIO())
    assert not StaffFactor.objects.exists()
    assert sign_in(client, staff, code="").url == "/admin/segundo-factor/"


@pytest.mark.parametrize("command", ["block_staff", "reset_second_factor"])
def test_nobody_else_has_a_staff_account(command: str, member: Member):
    with pytest.raises(CommandError, match="es funcionario"):
        call_command(command, member.document)


def export(document: str, **options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command("export_member", document, stdout=out, **options)
    return json.loads(out.getvalue())


def test_everything_kept_of_a_person_comes_out(member: Member, other_member: Member):
    make_product(member)
    given(member, "initial")
    told = export(member.document)
    assert told["asociado"][0]["email"] == member.email
    assert [len(told[name]) for name in ("claves", "productos", "correos", "avisos")] == [1, 1, 1, 1]
    assert told["eventos"]
    assert other_member.document not in json.dumps(told)
    assert Event.objects.filter(kind=Kind.DATA_EXPORTED).count() == 1


def test_no_secret_comes_with_it(member: Member):
    choose(member, "60382")
    key = given(member, "initial")
    told = json.dumps(export(member.document))
    kept = [value for row in member.keys.values() for value in (row["sealed"], row["opening"]) if value]
    assert not any(secret in told for secret in [key, "60382", member.epoch, *kept])


def test_the_file_is_the_operators_alone(member: Member, tmp_path: Path):
    call_command("export_member", member.document, out=tmp_path / "rosa.json", stdout=StringIO())
    assert stat.S_IMODE((tmp_path / "rosa.json").stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="No se puede escribir"):
        call_command("export_member", member.document, out=tmp_path)


def test_without_a_terminal_it_asks_nothing_and_says_which_options_it_wants():
    with pytest.raises(CommandError, match="--first-names, --last-names y --email"):
        call_command("create_staff", "12345678", "--role", "auditor")
