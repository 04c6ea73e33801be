"""Two imports at once never mix: on PostgreSQL the second is refused, on SQLite it waits, and is refused after that."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Member
from audit.actors import Actor
from common.files.importing import BUSY, LOCKED
from registry.importing import import_members
from statements.importing.actions import import_movements, import_products
from statements.models import Movement, Product
from tests import makers
from tests.registry.files import file_of, people
from tests.statements.ledgers import make_product

pytestmark = pytest.mark.django_db(transaction=True)
BY = Actor.operator("pruebas")
Importer = Callable[..., Any]


def files(folder: Path) -> dict[str, Path]:
    (folder / "p.csv").write_text("documento,numero,tipo,saldo,fecha_corte\n32451867,20-1,ahorro,70,2021-10-20\n")
    (folder / "m.csv").write_text("numero,referencia,fecha,concepto,valor,saldo\n20-1,a,2021-10-01,Abono,70,70\n")
    return {
        "import_members": file_of(folder, *people(20)),
        "import_products": folder / "p.csv",
        "import_movements": folder / "m.csv",
    }


IMPORTERS: dict[str, Importer] = {
    "import_members": import_members,
    "import_products": import_products,
    "import_movements": import_movements,
}


@contextmanager
def held_open(module: str, name: str, importer: Importer, path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An import that runs in a connection of its own and stops right before it writes its event, until the block ends."""
    reached, go_on = threading.Event(), threading.Event()
    original = getattr(__import__(module, fromlist=[name]), name)

    def stop(*args: Any, **kwargs: Any) -> Any:
        if threading.current_thread() is worker:
            reached.set()
            go_on.wait(30)
        return original(*args, **kwargs)

    def work() -> None:
        importer(path=path, by=BY, yes=True)
        connection.close()

    monkeypatch.setattr(f"{module}.{name}", stop)
    worker = threading.Thread(target=work)
    worker.start()
    assert reached.wait(30)
    try:
        yield
    finally:
        go_on.set()
        worker.join()


@pytest.fixture
def impatient() -> Iterator[None]:
    """SQLite waits 20 seconds for its writer; here a moment."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 200")
    yield
    connection.close()


@pytest.mark.parametrize("second", IMPORTERS)
@pytest.mark.parametrize("first", IMPORTERS)
@pytest.mark.usefixtures("impatient")
def test_the_second_is_refused_with_a_sentence_and_the_first_goes_in_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: str, second: str
):
    make_product(makers.make_member(), balance=1)
    paths = files(tmp_path)
    module = "registry.importing" if first == "import_members" else "statements.importing.actions"
    with held_open(module, "record", IMPORTERS[first], paths[first], monkeypatch):
        with pytest.raises(CommandError) as refused:
            call_command(second, str(paths[second]), "--yes")
        assert str(refused.value) == (BUSY if connection.vendor == "postgresql" else LOCKED)
    went_in = [Member.objects.count() == 21, Product.objects.get().balance == 70, Movement.objects.count() == 1]
    assert went_in == [name == first for name in IMPORTERS]
    call_command(second, str(paths[second]), "--yes")  # after it, the second goes in


@pytest.mark.usefixtures("impatient")
def test_no_ledger_is_restarted_under_an_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    make_product(makers.make_member())
    path = files(tmp_path)["import_movements"]
    with held_open("statements.importing.actions", "record", import_movements, path, monkeypatch):
        with pytest.raises(CommandError, match="escribi|importación"):
            call_command("restart_ledger", "20-1", "--by", "ana", "--reason", "Prueba")
    assert Movement.objects.count() == 1
