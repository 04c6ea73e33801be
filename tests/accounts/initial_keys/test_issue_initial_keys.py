"""`manage.py issue_initial_keys`: one key per member, in a private file. Crashes are in test_kills.py."""

import csv
import errno
import stat
from io import BytesIO, StringIO
from pathlib import Path

import pikepdf
import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.hashers import verify_key
from accounts.initial_keys import batches, journal, letters
from accounts.initial_keys.models import KeyBatch, KeyRun
from accounts.models import AccessKey, Member
from audit.kinds import Kind
from audit.models import Event
from common.pdf import NotTypeset
from outbox.worker import drain
from tests import makers

pytestmark = pytest.mark.django_db
PASSWORD = "cuatro palabras al azar"


def people(count: int) -> list[Member]:
    return [makers.make_member(document=str(2000 + number), email=f"p{number}@correo.example") for number in range(count)]


def issue(*options: str) -> str:
    out = StringIO()
    call_command("issue_initial_keys", *options, "--by", "sistemas", stdout=out, stderr=StringIO())
    return out.getvalue()


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file, delimiter=";"))


def opens(document: str, key: str) -> bool:
    """Whether this key is the member's only live initial key."""
    [row] = AccessKey.objects.live().filter(member__document=document, kind="initial")
    return row.works(timezone.now()) and verify_key(row.member_id, "initial", row.sealed, key)


def assert_each_has_the_key_in(path: Path, members: list[Member]) -> None:
    rows = rows_of(path)
    assert sorted(row["documento"] for row in rows) == sorted(member.document for member in members)
    assert all(opens(row["documento"], row["clave"]) for row in rows)
    assert not KeyBatch.objects.exclude(sealed="").exists()


def test_each_member_gets_a_key_that_signs_them_in(tmp_path):
    members = people(3)
    issue("--without-key", "--csv", str(tmp_path / "claves.csv"))
    assert_each_has_the_key_in(tmp_path / "claves.csv", members)
    row = rows_of(tmp_path / "claves.csv")[0]
    assert list(row) == ["documento", "nombres", "apellidos", "clave", "vence"]
    assert (len(row["clave"]), row["clave"][0] != "0") == (6, True)


def test_a_batch_runs_the_same_number_of_queries_for_any_size(tmp_path):
    people(24)
    asked = []
    for name, count in (("pocas", 2), ("muchas", 20)):
        documents = tmp_path / f"{name}.txt"
        documents.write_text("\n".join(str(2000 + number) for number in range(count)))
        with CaptureQueriesContext(connection) as queries:
            issue("--file", str(documents), "--csv", str(tmp_path / f"{name}.csv"))
        # PostgreSQL gets one statement per sealed code, in one round trip for all.
        asked.append(len([query for query in queries if "SET sealed_code" not in query["sql"]]))
    assert asked[0] == asked[1]


def test_only_its_owner_can_read_the_file(tmp_path):
    people(1)
    issue("--without-key", "--csv", str(tmp_path / "claves.csv"))
    assert stat.S_IMODE((tmp_path / "claves.csv").stat().st_mode) == 0o600


def test_events_and_notices_report_each_key_without_containing_it(tmp_path):
    people(2)
    issue("--without-key", "--csv", str(tmp_path / "claves.csv"))
    drain()
    keys = [row["clave"] for row in rows_of(tmp_path / "claves.csv")]
    assert sorted(message.to[0] for message in mail.outbox) == ["p0@correo.example", "p1@correo.example"]
    assert Event.objects.filter(kind=Kind.KEY_ISSUED, actor="sistemas").count() == 2
    assert Event.objects.filter(kind=Kind.LETTERS_MADE).count() == 1
    told = "".join(message.body for message in mail.outbox) + "".join(Event.objects.values_list("details", flat=True))
    assert not any(key in told for key in keys)


def test_the_same_file_again_issues_nothing(tmp_path):
    people(2)
    out = str(tmp_path / "claves.csv")
    issue("--document", "2000", "--document", "2001", "--csv", out)
    assert "ya está completo" in issue("--document", "2000", "--document", "2001", "--csv", out)
    assert AccessKey.objects.count() == 2


def test_a_new_file_replaces_live_keys_and_without_key_skips_them(tmp_path):
    members = people(2)
    issue("--without-key", "--csv", str(tmp_path / "una.csv"))
    assert "No hay a quién" in issue("--without-key", "--csv", str(tmp_path / "dos.csv"))
    issue("--document", "2000", "--document", "2001", "--csv", str(tmp_path / "tres.csv"))
    assert_each_has_the_key_in(tmp_path / "tres.csv", members)
    assert AccessKey.objects.live().count() == 2


def test_a_list_is_read_and_members_who_get_no_key_are_named(tmp_path):
    people(1)
    makers.make_member(document="3000", blocked_at=timezone.now())
    (tmp_path / "lista.txt").write_text("documento\n2.000\n3000\n99999\nno\n\n2000\n")
    errors = StringIO()
    options = ["--file", str(tmp_path / "lista.txt"), "--csv", str(tmp_path / "claves.csv"), "--by", "x"]
    with pytest.raises(CommandError, match="3 documentos quedaron sin clave"):
        call_command("issue_initial_keys", *options, stdout=StringIO(), stderr=errors)
    assert [row["documento"] for row in rows_of(tmp_path / "claves.csv")] == ["2000"]
    assert "3000: está bloqueado" in errors.getvalue()
    assert "99999: no está en el registro" in errors.getvalue()


def test_a_foreign_file_is_not_overwritten(tmp_path):
    people(1)
    (tmp_path / "carta.csv").write_text("mío")
    with pytest.raises(CommandError, match="ya existe"):
        issue("--without-key", "--csv", str(tmp_path / "carta.csv"))
    assert (tmp_path / "carta.csv").read_text() == "mío"
    assert AccessKey.objects.count() == 0


def test_letters_are_a_tagged_pdf_encrypted_with_the_password(tmp_path, monkeypatch):
    monkeypatch.setenv("LETTERS_PASSWORD", PASSWORD)
    people(3)
    out = tmp_path / "cartas.pdf"
    issue("--without-key", "--letters", str(out))
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(out)
    with pikepdf.open(out, password=PASSWORD) as pdf:
        assert len(pdf.pages) == 3
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("es")
        assert pdf.encryption.bits == 256
    assert not KeyBatch.objects.exclude(sealed="").exists()


def test_the_password_may_be_piped_in_and_must_be_long(tmp_path, monkeypatch):
    people(1)
    monkeypatch.setattr("sys.stdin", StringIO("corta\n"))
    with pytest.raises(CommandError, match="8 caracteres"):
        issue("--without-key", "--letters", str(tmp_path / "cartas.pdf"))
    assert AccessKey.objects.count() == 0
    monkeypatch.setattr("sys.stdin", StringIO(f"{PASSWORD}\n"))
    issue("--without-key", "--letters", str(tmp_path / "cartas.pdf"))
    assert pikepdf.open(BytesIO((tmp_path / "cartas.pdf").read_bytes()), password=PASSWORD).pages


def test_the_journal_contains_no_key_in_plain_text():
    [member] = people(1)
    run = KeyRun.objects.create(out="x", by="x", created_at=timezone.now())
    [batch] = batches.issue_keys(run=run, members=[member.pk], by=batches.Actor.operator("x"))
    assert journal.slips_of(batch)[0].key not in batch.sealed


# ---- a letter that cannot be made ----------------------------------------------------------------------------------------


@pytest.fixture
def one_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Typst refuses the letters of everybody called «Imposible», as it did every emoji."""
    typeset = letters.tagged_pdf

    def refusing(template, data):
        if any("Imposible" in letter["name"] for letter in data["letters"]):
            raise NotTypeset("no glyph")
        return typeset(template, data)

    monkeypatch.setattr(letters, "tagged_pdf", refusing)
    monkeypatch.setenv("LETTERS_PASSWORD", PASSWORD)


def issue_and_refuse(*options: str) -> str:
    errors = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("issue_initial_keys", *options, "--by", "x", stdout=StringIO(), stderr=errors)
    return f"{errors.getvalue()}{refusal.value}"


def test_a_letter_that_cannot_be_made_costs_nobody_else_theirs(tmp_path, one_refused):
    people(5)
    Member.objects.filter(document="2003").update(first_names="Imposible")
    told = issue_and_refuse("--without-key", "--letters", str(tmp_path / "cartas.pdf"))
    assert "2003: no se pudo hacer su carta" in told
    assert "1 documento quedó sin clave" in told
    assert len(pikepdf.open(tmp_path / "cartas.pdf", password=PASSWORD).pages) == 4
    assert not AccessKey.objects.filter(member__document="2003").exists()
    assert AccessKey.objects.live().count() == 4


def test_when_no_letter_can_be_made_no_key_is_issued(tmp_path, one_refused, settings):
    settings.COOP_COLOR = "azul"
    people(3)
    told = issue_and_refuse("--without-key", "--letters", str(tmp_path / "cartas.pdf"))
    assert "No se pudo hacer ninguna carta: revise COOP_NAME" in told
    assert not AccessKey.objects.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_changes_after_the_specimen_leaves_out_its_letter_alone(tmp_path, one_refused, monkeypatch):
    members = people(3)
    write = batches._write

    def rename_and_write(*given):
        Member.objects.filter(pk=members[0].pk).update(first_names="Imposible")
        return write(*given)

    monkeypatch.setattr(batches, "_write", rename_and_write)
    told = issue_and_refuse("--without-key", "--letters", str(tmp_path / "cartas.pdf"))
    assert "2000: no se pudo hacer su carta" in told
    assert len(pikepdf.open(tmp_path / "cartas.pdf", password=PASSWORD).pages) == 2


@pytest.mark.parametrize("suffix", ["csv", "pdf"])
def test_a_full_disk_is_said_before_any_key_is_issued(tmp_path, monkeypatch, suffix):
    people(2)
    monkeypatch.setenv("LETTERS_PASSWORD", PASSWORD)
    out = tmp_path / f"claves.{suffix}"
    option = "--csv" if suffix == "csv" else "--letters"
    with monkeypatch.context() as patched:
        patched.setattr("common.files.output.os.write", full_disk)
        told = issue_and_refuse("--without-key", option, str(out))
    assert "no queda espacio en el disco" in told
    assert "No se emitió ninguna clave" in told
    assert not AccessKey.objects.exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", ["csv", "pdf"])
def test_a_disk_that_fills_up_meanwhile_loses_no_key(tmp_path, monkeypatch, suffix):
    members = people(2)
    monkeypatch.setenv("LETTERS_PASSWORD", PASSWORD)
    out = tmp_path / f"claves.{suffix}"
    options = ["--document", "2000", "--document", "2001", "--csv" if suffix == "csv" else "--letters", str(out)]
    write = batches._write
    with monkeypatch.context() as patched:

        def write_and_fill_the_disk(*given):
            patched.setattr("common.files.output.os.write", full_disk)
            return write(*given)

        patched.setattr(batches, "_write", write_and_fill_the_disk)
        told = issue_and_refuse(*options)
    assert "no queda espacio" in told
    assert "repita la misma orden" in told
    assert AccessKey.objects.count() == 2
    issue(*options)
    assert AccessKey.objects.count() == 2
    if suffix == "csv":
        assert_each_has_the_key_in(out, members)
    else:
        assert len(pikepdf.open(out, password=PASSWORD).pages) == 2


def full_disk(*given):
    raise OSError(errno.ENOSPC, "No space left on device")
