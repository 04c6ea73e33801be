"""Columns are declared once: the help, the template and docs/archivos.md say the same, and the template is imported."""

import csv
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command, load_command_class

from common.files.columns_help import columns_table
from common.files.tables import Column
from registry.columns import member_columns
from statements.importing.columns import movement_targets, product_targets
from tests.settings import ROOT

TODAY = date(2026, 11, 28)
COLUMNS: dict[str, list[Column]] = {
    "import_members": member_columns(TODAY),
    "import_products": [target.column for target in product_targets(TODAY)],
    "import_movements": [target.column for target in movement_targets(TODAY)],
}
APPS = {"import_members": "registry", "import_products": "statements", "import_movements": "statements"}


@pytest.mark.parametrize("command", COLUMNS)
def test_the_help_explains_every_column_on_a_line(command: str):
    said = load_command_class(APPS[command], command).create_parser("manage.py", command).format_help()
    for column in COLUMNS[command]:
        line = next(line for line in said.splitlines() if line.startswith(f"  {column.name}{'*' * column.required}:"))
        assert column.about in line
        assert line.endswith(f"Ejemplo: {column.example}")


@pytest.mark.parametrize("command", COLUMNS)
def test_the_documentation_has_the_columns_as_they_are_declared(command: str):
    assert columns_table(COLUMNS[command]) in (ROOT / "docs" / "archivos.md").read_text(encoding="utf-8")


@pytest.mark.django_db
def test_the_templates_are_imported_without_a_reject(tmp_path: Path):
    for command in COLUMNS:
        path = tmp_path / f"{command}.csv"
        call_command(command, "--template", str(path), stdout=StringIO())
        for options in (["--dry-run"], []):
            said = StringIO()
            call_command(command, str(path), *options, stdout=said)
            assert "nuevas: 1\n" in said.getvalue()
            assert "rechazadas: 0\n" in said.getvalue()


@pytest.mark.parametrize("command", COLUMNS)
def test_a_template_has_every_column_filled(command: str, tmp_path: Path):
    call_command(command, "--template", str(tmp_path / "x.csv"), stdout=StringIO())
    with (tmp_path / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        header, example = csv.reader(file, delimiter=";")
    assert header == [column.name for column in COLUMNS[command]]
    assert all(example)


@pytest.mark.parametrize("command", COLUMNS)
def test_a_template_replaces_no_file(command: str, tmp_path: Path):
    path = tmp_path / "asociados.csv"
    path.write_text("mío")
    with pytest.raises(CommandError, match="ya existe"):
        call_command(command, "--template", str(path), stdout=StringIO())
    assert path.read_text() == "mío"


@pytest.mark.parametrize("command", COLUMNS)
def test_without_a_file_the_command_says_what_is_missing(command: str, capsys: Any):
    with pytest.raises(CommandError, match="--template") as refusal:
        call_command(command, stdout=StringIO())
    assert refusal.value.returncode == 2
