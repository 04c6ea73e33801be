"""Every command with an output path × every odd path: a sentence before anything is done, and nothing destroyed."""

import errno
import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import connections

from accounts.models import AccessKey, Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Event
from audit.record import record
from common.files.output import BadOutput, OutputFile
from statements.models import Movement, Product
from tests.settings import ROOT
from tests.statements.ledgers import make_product
from tests.test_layers import modules

pytestmark = pytest.mark.django_db
MEMBERS = "documento,nombres,apellidos\n7001,Luz,Ruiz\nx,Ana,Ruiz\n"
PRODUCTS = "documento,numero,tipo,saldo,fecha_corte\n32451867,77-1,ahorro,1.00,2021-10-20\nx,1,ahorro,1,2021-10-20\n"
MOVEMENTS = "numero,referencia,fecha,concepto,valor,saldo\n20-1,a,2021-10-01,x,1,1\n20-1,b,x,x,1,1\n"
INPUTS = {  # options that name a file to read
    ("import_members", "file"), ("import_products", "file"), ("import_movements", "file"), ("issue_initial_keys", "file"),
    ("verify_audit", "anchors"),
}  # fmt: skip
FOLDERS = {("make_statements", "out"), ("demo", "files")}


def importing(command: str, content: str) -> Callable[[Path, Path], list[str]]:
    def line(given: Path, out: Path) -> list[str]:
        given.write_text(content, encoding="utf-8")
        return [command, str(given), "--rejects", str(out)]

    return line


def template(command: str) -> Callable[[Path, Path], list[str]]:
    return lambda given, out: [command, "--template", str(out)]


def keys(option: str) -> Callable[[Path, Path], list[str]]:
    def line(given: Path, out: Path) -> list[str]:
        given.write_text("32451867\n", encoding="utf-8")
        return ["issue_initial_keys", "--file", str(given), option, str(out), "--by", "x"]

    return line


OUTPUTS: dict[tuple[str, str], Callable[[Path, Path], list[str]]] = {
    ("import_members", "rejects"): importing("import_members", MEMBERS),
    ("import_products", "rejects"): importing("import_products", PRODUCTS),
    ("import_movements", "rejects"): importing("import_movements", MOVEMENTS),
    **{(f"import_{name}", "template"): template(f"import_{name}") for name in ("members", "products", "movements")},
    ("issue_initial_keys", "letters"): keys("--letters"),
    ("issue_initial_keys", "csv"): keys("--csv"),
    ("export_member", "out"): lambda given, out: ["export_member", "32451867", "--out", str(out)],
    ("export_contact_changes", "out"): lambda given, out: ["export_contact_changes", str(out)],
    ("anchor_audit", "to"): lambda given, out: ["anchor_audit", "--to", str(out)],
}


def path_options() -> Iterator[tuple[str, str]]:
    """Every option of our commands that takes a path."""
    for name, app in get_commands().items():
        if (ROOT / str(app).partition(".")[0]).is_dir():
            parser = load_command_class(app, name).create_parser("manage.py", name)
            yield from ((name, action.dest) for action in parser._actions if action.type is Path)


def test_every_option_that_takes_a_path_is_in_a_table():
    assert set(path_options()) == INPUTS | FOLDERS | set(OUTPUTS)


# ---- the odd paths: each function makes one and returns it with what must be as it was afterwards ---------------------------

Odd = Callable[[Path, pytest.MonkeyPatch], Path]


def folder(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (base / "carpeta").mkdir()
    return base / "carpeta"


def link(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (base / "ajeno").write_text("mío", encoding="utf-8")
    (base / "enlace").symlink_to(base / "ajeno")
    return base / "enlace"


def link_to_nothing(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (base / "enlace").symlink_to(base / "nada")
    return base / "enlace"


def link_in_a_circle(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (base / "enlace").symlink_to(base / "enlace")
    return base / "enlace" / "x"


def pipe(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    os.mkfifo(base / "tubo")
    return base / "tubo"


def missing_folder(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return base / "no" / "hay" / "x"


def file_as_folder(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (base / "archivo").write_text("mío", encoding="utf-8")
    return base / "archivo" / "x"


def long_name(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return base / ("x" * 260)


def no_name(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return Path()


def the_database(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    database = base / "portal.sqlite3"
    database.write_bytes(b"SQLite format 3\0")
    settings = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}
    monkeypatch.setitem(connections.settings, "here", settings)
    return database


def its_journal(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    wal = the_database(base, monkeypatch).with_name("portal.sqlite3-wal")
    wal.write_bytes(b"\0wal")
    return wal


def another_file(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (base / "portal.env").write_text("SECRET_KEY=x\n", encoding="utf-8")
    return base / "portal.env"


def read_only(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Root may write anywhere, so the refusal is the system's answer."""
    _refuse(monkeypatch, "open", errno.EACCES)
    return base / "x"


def full_disk(base: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    _refuse(monkeypatch, "write", errno.ENOSPC)
    return base / "x"


def _refuse(monkeypatch: pytest.MonkeyPatch, name: str, number: int) -> None:
    original = getattr(os, name)

    def refusing(first: Any, *rest: Any, **more: Any) -> Any:
        if name == "write" or ".parte" in str(first):
            raise OSError(number, os.strerror(number), str(first))
        return original(first, *rest, **more)

    monkeypatch.setattr(f"common.files.output.os.{name}", refusing)


ODD: list[Odd] = [
    folder, link, link_to_nothing, link_in_a_circle, pipe, missing_folder, file_as_folder, long_name, no_name, the_database,
    its_journal, another_file, read_only, full_disk,
]  # fmt: skip
ANCHORS_MAY = {link_to_nothing, read_only, full_disk}  # an anchor is appended, also through a link to another disk


def counts() -> list[int]:
    return [model.objects.count() for model in (Member, AccessKey, Product, Movement, Event)]


def tree(base: Path) -> dict[str, object]:
    """Every file with its content, every link with its target."""
    return {
        str(path): os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else path.is_dir()
        for path in base.rglob("*")
    }


@pytest.fixture(autouse=True)
def _prepared(member: Member, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    make_product(member)
    record(Kind.SIGNED_OUT, by=Actor.operator("x"))
    monkeypatch.setenv("LETTERS_PASSWORD", "cuatro palabras")


def refused(*line: str) -> str:
    with pytest.raises(CommandError) as refusal:
        call_command(*line, stdout=StringIO(), stderr=StringIO())
    return str(refusal.value)


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd.__name__)
@pytest.mark.parametrize("option", OUTPUTS, ids="-".join)
def test_an_odd_path_is_refused_in_a_sentence_and_nothing_changes(
    option: tuple[str, str], odd: Odd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    base, given = tmp_path / "aquí", tmp_path / "entrada.csv"
    base.mkdir()
    out = odd(base, monkeypatch)
    line = OUTPUTS[option](given, out)
    before, files = counts(), tree(base)
    if option[0] == "anchor_audit" and odd in ANCHORS_MAY:
        return
    told = refused(*line)
    assert "Traceback" not in told
    assert any(begin in told for begin in ("No se puede", "ya existe", "no es un ancla"))
    assert (counts(), tree(base)) == (before, files)


READING = [(command, option) for command, option in OUTPUTS if (command, "file") in INPUTS and option != "template"]


@pytest.mark.parametrize("option", READING, ids="-".join)
@pytest.mark.parametrize("alias", ["itself", "hard link", "through a folder"])
def test_the_input_is_never_the_output(option: tuple[str, str], alias: str, tmp_path: Path):
    given = tmp_path / "entrada.csv"
    line = OUTPUTS[option](given, tmp_path / "x")
    other = {"itself": given, "hard link": tmp_path / "duro"}.get(alias, tmp_path / ".." / tmp_path.name / given.name)
    if alias == "hard link":
        os.link(given, other)
    before, files = counts(), tree(tmp_path)
    assert "es el archivo de entrada" in refused(*[str(other) if word == str(tmp_path / "x") else word for word in line])
    assert (counts(), tree(tmp_path)) == (before, files)


@pytest.mark.parametrize(
    "line", [["make_statements", "--month", "2021-10", "--out"], ["demo", "--files"]], ids=lambda line: line[0]
)
def test_a_folder_that_is_a_file_is_refused_in_a_sentence(line: list[str], tmp_path: Path):
    Member.objects.all().delete() if line[0] == "demo" else None
    (tmp_path / "x").write_text("mío", encoding="utf-8")
    assert refused(*line, str(tmp_path / "x")) == f"No se puede escribir {tmp_path / 'x'}: ya hay un archivo con ese nombre."
    assert (tmp_path / "x").read_text(encoding="utf-8") == "mío"


def test_the_demo_does_not_write_over_import_files(tmp_path: Path):
    Member.objects.all().delete()
    (tmp_path / "productos.csv").write_text("mío", encoding="utf-8")
    assert "productos.csv: ya hay un archivo" in refused("demo", "--files", str(tmp_path))
    assert tree(tmp_path) == {str(tmp_path / "productos.csv"): "mío".encode()}


# ---- the writer itself -----------------------------------------------------------------------------------------------------


def test_a_file_has_its_name_once_it_is_whole_and_is_private(tmp_path: Path):
    with OutputFile(tmp_path / "x") as file:
        file.write("ñ" * 100_000)
        assert not (tmp_path / "x").exists()
        assert [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()] == [0o600]
    assert (tmp_path / "x").read_text(encoding="utf-8") == "ñ" * 100_000
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600
    assert len(list(tmp_path.iterdir())) == 1


def test_an_error_leaves_the_file_that_was_there(tmp_path: Path):
    (tmp_path / "x").write_text("antes", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), OutputFile(tmp_path / "x") as file:
        file.write("después")
        raise ZeroDivisionError
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["antes"]


def test_two_processes_do_not_write_one_file(tmp_path: Path):
    with OutputFile(tmp_path / "x") as first:
        with pytest.raises(BadOutput, match="otro proceso lo está escribiendo"):
            OutputFile(tmp_path / "x")
        first.publish()
        with pytest.raises(BadOutput, match="otro proceso lo está escribiendo"):
            OutputFile(tmp_path / "x")
    with OutputFile(tmp_path / "x") as second:
        second.write("y")
    assert (tmp_path / "x").read_text(encoding="utf-8") == "y"


def test_what_a_killed_run_left_is_written_over(tmp_path: Path):
    (tmp_path / ".x.parte").write_text("a medias" * 100, encoding="utf-8")
    with OutputFile(tmp_path / "x") as file:
        file.write("y")
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["y"]


def test_an_unfinished_file_with_a_second_name_is_not_written(tmp_path: Path):
    (tmp_path / "ajeno").write_text("mío", encoding="utf-8")
    os.link(tmp_path / "ajeno", tmp_path / ".x.parte")
    with pytest.raises(BadOutput, match="no es de este programa"):
        OutputFile(tmp_path / "x")
    assert (tmp_path / "ajeno").read_text(encoding="utf-8") == "mío"


def test_an_earlier_file_of_the_same_command_is_replaced(tmp_path: Path):
    out = tmp_path / "out.json"
    for _ in range(2):
        call_command("export_member", "32451867", "--out", str(out), stdout=StringIO())
        assert json.loads(out.read_text(encoding="utf-8"))["asociado"]
    (tmp_path / "in.csv").write_text(MEMBERS, encoding="utf-8")
    for _ in range(2):
        refused("import_members", str(tmp_path / "in.csv"), "--rejects", str(tmp_path / "malos.csv"))
    assert len((tmp_path / "malos.csv").read_text(encoding="utf-8").splitlines()) == 2


def test_a_refused_import_leaves_the_rejects_of_the_one_before(tmp_path: Path):
    (tmp_path / "in.csv").write_text(MEMBERS, encoding="utf-8")
    refused("import_members", str(tmp_path / "in.csv"), "--rejects", str(tmp_path / "malos.csv"))
    before = (tmp_path / "malos.csv").read_bytes()
    (tmp_path / "in.csv").write_text("documento,nombres\n1,x\n", encoding="utf-8")
    refused("import_members", str(tmp_path / "in.csv"), "--rejects", str(tmp_path / "malos.csv"))
    assert (tmp_path / "malos.csv").read_bytes() == before


def test_the_lock_ends_with_the_block(tmp_path: Path):
    with OutputFile(tmp_path / "x") as file:
        file.write("y")
    with (tmp_path / "x").open("rb") as there:
        fcntl.flock(there, fcntl.LOCK_EX | fcntl.LOCK_NB)


WRITES = re.compile(
    r"\.open\([^)]*[\"'][wax]b?\+?[\"']|\.write_(text|bytes)\(|os\.(open|fdopen)\(|\bmkstemp\(|NamedTemporaryFile"
)
WRITERS = {
    "common/files/output.py": "the one writer of a file that an operator names",
    "audit/anchors.py": "appends to the file of anchors, which is kept for years",
    "statements/extract/files.py": "the PDFs in the folder of make_statements, in processes without Django",
    "cooperen/demo/files.py": "the demo's import files",
    "cooperen/demo/run.py": "the demo's own settings",
}


def test_no_other_module_writes_files():
    found = [str(path.relative_to(ROOT)) for path in modules().values() if WRITES.search(path.read_text(encoding="utf-8"))]
    assert sorted(found) == sorted(WRITERS)
