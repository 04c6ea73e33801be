"""`manage.py restart_ledger`: the way in for a history that the core corrected."""

import json
import shlex
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Member
from audit.kinds import Kind
from audit.models import Event
from statements.models import Movement, Product
from tests.statements.files import bring
from tests.statements.ledgers import make_product

HEADER = "numero,referencia,fecha,concepto,valor,saldo"
FIRST = ("20-1,a,2021-10-01,Nómina,100,100", "20-1,b,2021-10-05,Retiro,-30,70")
CORRECTED = ("20-1,a,2021-10-01,Nómina,100,100", "20-1,c,2021-10-02,Comisión,-5,95", "20-1,b,2021-10-05,Retiro,-30,65")
SIGNED = ("--by", "ana", "--reason", "El núcleo cobró una comisión de más")


def restart(number: str = "20-1", *signed: str) -> str:
    said = StringIO()
    call_command("restart_ledger", number, *(signed or SIGNED), stdout=said)
    return said.getvalue()


@pytest.fixture
def account(member: Member, clock: Any, tmp_path: Path) -> Product:
    product = make_product(member)
    bring("import_movements", tmp_path / "m.csv", HEADER, FIRST, ())
    return product


def test_a_backdated_correction_is_refused_with_the_way_that_works(account: Product, tmp_path: Path):
    code, said = bring("import_movements", tmp_path / "m.csv", HEADER, CORRECTED, ())
    assert code == 1
    advice = said.split("corra manage.py ")[1].split(" y traiga")[0]
    advice = advice.replace("QUIÉN", "ana").replace("TEXTO", shlex.quote("corrección del núcleo"))
    call_command(*shlex.split(advice), stdout=StringIO())
    assert bring("import_movements", tmp_path / "m.csv", HEADER, CORRECTED, ())[0] == 0
    assert [str(balance) for balance in Movement.objects.order_by("id").values_list("balance", flat=True)] == [
        "100.00", "95.00", "65.00",
    ]  # fmt: skip


def test_it_forgets_the_movements_of_that_product_only(account: Product, member: Member, tmp_path: Path):
    make_product(member, number="20-2")
    bring("import_movements", tmp_path / "m.csv", HEADER, ["20-2,a,2021-10-01,Nómina,1,1"], ())
    assert "se olvidaron 2 movimientos" in restart()
    assert list(Movement.objects.values_list("product__number", flat=True)) == ["20-2"]
    account.refresh_from_db()
    assert {account.ledger_from, account.ledger_on, account.ledger_opening, account.ledger_balance} == {None}
    assert account.balance == 100_000


def test_the_trail_keeps_who_did_it_why_and_how_many(account: Product):
    restart()
    event = Event.objects.get(kind=Kind.LEDGER_RESTARTED)
    assert (event.actor, event.subject_tail) == ("ana", "867")
    details = json.loads(event.details)
    assert (details["count"], details["what"], details["reason"]) == (2, "20-1", SIGNED[3])


def test_a_second_time_it_says_that_there_is_nothing(account: Product):
    restart()
    assert "no tenía movimientos" in restart()
    assert Event.objects.filter(kind=Kind.LEDGER_RESTARTED).count() == 1


def test_an_unknown_number_or_an_empty_reason_is_refused(account: Product):
    with pytest.raises(CommandError, match="No hay ningún producto con el número 99"):
        restart("99")
    with pytest.raises(CommandError, match="Diga por qué"):
        restart("20-1", "--by", "ana", "--reason", " ")
    assert Movement.objects.count() == 2
