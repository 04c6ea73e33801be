"""The portal works through PgBouncer in transaction mode: nothing of a session is needed beyond its transaction."""

from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from statements.models import Movement
from tests.office import inside
from tests.registry.files import ROSA, file_of, people

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def _another_server_each_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After each transaction PostgreSQL forgets the session: temporary tables, cursors, locks and settings.

    A statement outside a transaction is one of its own. SQLite has no such pool.
    """

    def forget() -> None:
        if connection.vendor == "postgresql" and connection.connection and connection.autocommit:
            connection.connection.execute("DISCARD ALL")
            connection.connection.execute("SET TIME ZONE 'UTC'")  # PgBouncer keeps this one

    def forgetting(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            answer = original(*args, **kwargs)
            forget()
            return answer

        return call

    for name in ("execute", "executemany"):
        monkeypatch.setattr(CursorWrapper, name, forgetting(getattr(CursorWrapper, name)))
    monkeypatch.setattr(BaseDatabaseWrapper, "set_autocommit", forgetting(BaseDatabaseWrapper.set_autocommit))
    yield
    monkeypatch.undo()


def run(*words: str) -> str:
    """What the command says; rejected rows and findings of `doctor` are part of it."""
    said = StringIO()
    try:
        call_command(*words, stdout=said)
    except CommandError as refusal:
        return f"{said.getvalue()}{refusal}"
    return said.getvalue()


@pytest.mark.usefixtures("_another_server_each_time")
def test_imports_and_commands_do_their_work(tmp_path: Path):
    members = file_of(tmp_path, *people(220), ROSA | {"documento": "malo"})
    assert "nuevas: 220" in run("import_members", str(members))
    assert "iguales: 220" in run("import_members", str(members))
    products, movements = tmp_path / "p.csv", tmp_path / "m.csv"
    products.write_text("documento,numero,tipo,saldo,fecha_corte\n1001,20-1,ahorro,70,2021-10-20\n9,x,ahorro,1,2021-10-20\n")
    assert "nuevas: 1" in run("import_products", str(products))
    movements.write_text(
        "numero,referencia,fecha,concepto,valor,saldo\n20-1,a,2021-10-01,Abono,70,70\nx,a,2021-10-01,Abono,1,1\n"
    )
    assert "nuevas: 1" in run("import_movements", str(movements))
    assert Movement.objects.count() == 1
    assert '"document": "1001"' in run("export_member", "1001")
    assert "No hay cambios" in run("export_contact_changes", str(tmp_path / "c.csv"))
    assert "Medidos 220 asociados" in run("measure_registry", "--yes")
    assert "por arreglar" in run("doctor")
    assert "sellos al día" in run("rotate_secrets")
    assert "✔" in run("verify_audit")
    assert "vencido" in run("purge")
    assert "se olvidó 1 movimiento" in run("restart_ledger", "20-1", "--by", "ana", "--reason", "Prueba")


@pytest.mark.usefixtures("_another_server_each_time")
def test_long_lists_and_downloads_of_the_office_open(tmp_path: Path):
    run("import_members", str(file_of(tmp_path, *people(60))))
    office = inside("admin")
    for page in (
        "",
        "accounts/member/",
        "accounts/member/?q=gomez",
        "accounts/contactchange/",
        "audit/event/",
        "audit/event/csv/",
    ):
        assert office.get(f"/admin/{page}").status_code == 200, page
