"""Who ran a command, and why, stands in the trail: a blank `--by` or `--reason` is refused before anything is done."""

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from tests import makers

COMMANDS = (
    "restart_ledger 20-1 --reason x",
    "invalidate_keys --reason x --yes",
    "block_member 32451867 --reason x",
    "import_members asociados.csv",
    "import_products productos.csv",
    "import_movements movimientos.csv",
    "make_statements --month 2026-10 --out extractos",
    "purge",
    "anchor_audit --to anclas.txt",
    "export_contact_changes cambios.csv",
)


@pytest.mark.django_db
@pytest.mark.parametrize("command", COMMANDS)
def test_a_blank_name_is_refused(command: str, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    makers.make_member(document="32451867")
    before = Event.objects.count()
    with pytest.raises(CommandError, match="Diga quién con --by") as refusal:
        call_command(*command.split(), "--by", " ")
    assert refusal.value.returncode == 2
    assert Event.objects.count() == before
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db
@pytest.mark.parametrize("command", [command for command in COMMANDS if "--reason" in command])
def test_a_blank_reason_is_refused(command: str):
    makers.make_member(document="32451867")
    before = Event.objects.count()
    with pytest.raises(CommandError, match="Diga por qué con --reason") as refusal:
        call_command(*command.replace("--reason x", "").split(), "--by", "ana", "--reason", " ")
    assert refusal.value.returncode == 2
    assert Event.objects.count() == before
