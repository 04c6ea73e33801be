"""`kill -9` before every database call of an import: nothing of it is there, and the same command then does all of it."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Model

from accounts.models import Member
from audit.models import Event
from audit.verify import first_break
from outbox.models import Message
from registry.models import ContactOverride
from statements.models import Movement, Product
from tests import makers
from tests.forked import killed_at
from tests.registry.files import ROSA, file_of, people
from tests.statements.ledgers import make_product

pytestmark = pytest.mark.django_db(transaction=True)
MODELS = (Member, Product, Movement, Event, Message, ContactOverride)


def everything() -> dict[type[Model], list[Any]]:
    return {model: list(model.objects.order_by("pk").values()) for model in MODELS}


def command(*words: str) -> Callable[[], Any]:
    def run() -> None:
        try:
            call_command(*words, stdout=StringIO())
        except CommandError as refusal:  # rejected rows
            assert "no entr" in str(refusal), refusal  # noqa: PT017

    return run


def first_members(folder: Path) -> Callable[[], Any]:
    return command("import_members", str(file_of(folder, *people(20), ROSA | {"documento": "malo"})))


def next_members(folder: Path) -> Callable[[], Any]:
    """Known and new members, changed facts, a hold, a rejected row, an approved change that the core confirms."""
    first_members(folder)()
    member = Member.objects.get(document="1004")
    change = member.contact_changes.create(
        changes={"city": "Bello"}, state="approved", proposed_by="x", proposed_as="x", proposed_at=member.created_at
    )
    Member.objects.filter(pk=member.pk).update(city="Bello")
    member.contact_overrides.create(
        change=change, field="city", value="Bello", core_value="Medellín", approved_at=member.created_at
    )
    rows = people(23)
    rows[1] |= {"correo": "otra@correo.example"}
    rows[2] |= {"direccion": "CL 45 # 23-60"}
    rows[4] |= {"ciudad": "Bello"}
    return command("import_members", str(file_of(folder, *rows, rows[0])), "--rejects", str(folder / "malos.csv"))


def products(folder: Path) -> Callable[[], Any]:
    make_product(makers.make_member(), number="20-1")
    path = folder / "p.csv"
    rows = ["32451867,20-1,ahorro,70,2021-10-20", "32451867,20-2,ahorro,80,2021-10-20", "99,20-3,ahorro,1,2021-10-20"]
    path.write_text("\n".join(["documento,numero,tipo,saldo,fecha_corte", *rows]) + "\n")
    return command("import_products", str(path), "--rejects", str(folder / "malos.csv"))


def movements(folder: Path) -> Callable[[], Any]:
    make_product(makers.make_member())
    path = folder / "m.csv"
    rows = ["20-1,b,2021-10-02,Retiro,-30,70", "20-1,a,2021-10-01,Abono,100,100", "99,a,2021-10-01,Abono,1,1"]
    path.write_text("\n".join(["numero,referencia,fecha,concepto,valor,saldo", *rows]) + "\n")
    return command("import_movements", str(path), "--rejects", str(folder / "malos.csv"))


def restart(folder: Path) -> Callable[[], Any]:
    movements(folder)()
    return command("restart_ledger", "20-1", "--by", "ana", "--reason", "Prueba")


@pytest.mark.parametrize("prepare", [first_members, next_members, products, movements, restart])
def test_nothing_is_half_and_nothing_is_lost(tmp_path: Path, prepare: Callable[[Path], Callable[[], Any]]):
    run = prepare(tmp_path)
    before, call = everything(), 1
    while killed_at(call, run) and everything() == before:
        call += 1
    after = everything()  # the run got to its commit
    assert call > 5
    assert len(after[Event]) - len(before[Event]) == (3 if prepare is next_members else 1)
    assert first_break() is None
    run()  # finds nothing left to do
    assert everything() | {Event: []} == after | {Event: []}
