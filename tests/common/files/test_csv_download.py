"""Every CSV file for people comes out of one writer, and no cell of any is taken for a formula."""

import csv
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import record
from backoffice.actions import approve_contact
from common.files.cells import text
from common.files.columns_help import write_template
from common.files.csv_download import FORMULA, safe_cell, without_apostrophe
from common.files.tables import Column
from outbox.worker import drain
from recovery import coverage
from recovery.contact_changes import propose_contact_change
from statements.models import Movement
from tests.office import inside
from tests.settings import ROOT
from tests.statements.ledgers import add_movements, enter, make_product
from tests.test_layers import imported, modules

FORMULA_TEXT = "=HYPERLINK(1)"
WRITES = re.compile(r"\bcsv\.(writer|DictWriter)\b|\bimport (writer|DictWriter)\b")
WRITERS = {
    "common/files/csv_download.py": "the one writer",
    "cooperen/demo/files.py": "the demo's import files, in the form in which a core sends them",
}
WRITING = {f"common.files.csv_download.{name}" for name in ("row_writer", "csv_lines", "csv_response", "csv_stream")}


def movements(member: Member, folder: Path, clock: Any) -> bytes:
    add_movements(make_product(member), [(date(2021, 10, 1), FORMULA_TEXT, Decimal(-1))])
    answer = enter(Client(), member, clock.now).get("/estado-de-cuenta/movimientos.csv")
    return b"".join(answer.streaming_content)


def trail(member: Member, folder: Path, clock: Any) -> bytes:
    record(Kind.KEY_ISSUED, by=Actor.operator(FORMULA_TEXT), document=member.document)
    return b"".join(inside("auditor").get("/admin/audit/event/csv/").streaming_content)


def marked_members(member: Member, folder: Path, clock: Any) -> bytes:
    Member.objects.filter(pk=member.pk).update(branch=FORMULA_TEXT)
    data = {"action": "export_members", "index": "0", "select_across": "0", "_selected_action": [member.pk]}
    return b"".join(inside("supervisor").post("/admin/accounts/member/", data).streaming_content)


def rejects(member: Member, folder: Path, clock: Any) -> bytes:
    (folder / "in.csv").write_text(f"documento,nombres,apellidos\n1,{FORMULA_TEXT},Ruiz\n", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("import_members", str(folder / "in.csv"), "--rejects", str(folder / "out.csv"), stdout=StringIO())
    return (folder / "out.csv").read_bytes()


def keys(member: Member, folder: Path, clock: Any) -> bytes:
    Member.objects.filter(pk=member.pk).update(first_names=FORMULA_TEXT)
    call_command("issue_initial_keys", "--without-key", "--csv", str(folder / "out.csv"), "--by", "x", stdout=StringIO())
    return (folder / "out.csv").read_bytes()


def template(member: Member, folder: Path, clock: Any) -> bytes:
    write_template(folder / "out.csv", [Column("nombres", text(80), example=FORMULA_TEXT), Column("ciudad", text(80))])
    return (folder / "out.csv").read_bytes()


def contact_changes(member: Member, folder: Path, clock: Any) -> bytes:
    change = propose_contact_change(member=member, changes={"mobile": "3205550199"}, by=Actor.member(member.document))
    assert change
    approve_contact(proposal=change, by=Actor.operator("x"))
    Member.objects.filter(pk=member.pk).update(branch=FORMULA_TEXT)
    call_command("export_contact_changes", str(folder / "out.csv"), stdout=StringIO())
    return (folder / "out.csv").read_bytes()


def cannot_recover(member: Member, folder: Path, clock: Any) -> bytes:
    Member.objects.filter(pk=member.pk).update(branch=FORMULA_TEXT, mobile="", landline="", address="")
    coverage.queue_count()
    drain()
    answer = inside("supervisor").get("/admin/backoffice/cannotrecover/csv/")
    return b"".join(answer.streaming_content)


FILES: dict[str, Callable[[Member, Path, Any], bytes]] = {
    "statements.views": movements,
    "backoffice.trail_export": trail,
    "backoffice.bulk": marked_members,
    "common.files.rejects": rejects,
    "accounts.initial_keys.runs": keys,
    "common.files.columns_help": template,
    "registry.export": contact_changes,
    "backoffice.cannot_recover": cannot_recover,
}


def test_no_other_module_writes_csv():
    found = [str(path.relative_to(ROOT)) for path in modules().values() if WRITES.search(path.read_text(encoding="utf-8"))]
    assert sorted(found) == sorted(WRITERS)


def test_every_file_for_people_is_in_the_table():
    assert {name for name, path in modules().items() if WRITING & set(imported(path))} == set(FILES)


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_a_file_for_people_opens_in_a_spreadsheet_without_formulas(name: str, member: Member, tmp_path: Path, clock: Any):
    content = FILES[name](member, tmp_path, clock)
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.count("\n") == text.count("\r\n") > 1
    rows = list(csv.reader(StringIO(text, newline=""), delimiter=";"))
    assert len({len(row) for row in rows} - {1}) == 1
    assert [cell for row in rows for cell in row if FORMULA_TEXT in cell][0] == f"'{FORMULA_TEXT}"


@given(cell=st.text(max_size=6) | st.builds("".join, st.lists(st.sampled_from([*FORMULA, "'", " ", "\xa0", "1"]), max_size=5)))
def test_a_guarded_cell_is_no_formula_and_comes_back_as_it_was(cell: str):
    guarded = safe_cell(cell)
    assert not guarded.startswith(FORMULA)
    assert not guarded.lstrip().startswith(FORMULA)
    assert without_apostrophe(guarded) == cell


@pytest.mark.django_db
def test_a_corrected_rejects_file_brings_amounts_and_texts_as_they_were(member: Member, tmp_path: Path, clock: Any):
    make_product(member)
    sent, report = tmp_path / "in.csv", tmp_path / "out.csv"
    sent.write_text("numero,referencia,fecha,concepto,valor,saldo\n20-1,-a,2021-10-01,=suma,-100,abc\n", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("import_movements", str(sent), "--rejects", str(report), stdout=StringIO())
    report.write_bytes(report.read_bytes().replace(b"abc", b"'-100,00"))
    call_command("import_movements", str(report), stdout=StringIO())
    assert list(Movement.objects.values_list("reference", "concept", "amount")) == [("-a", "=suma", Decimal(-100))]
