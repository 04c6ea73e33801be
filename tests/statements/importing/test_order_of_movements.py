"""`import_movements` takes a history oldest or newest first, whole, or leaves the product untouched."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from accounts.models import Member
from statements.models import Movement, Product
from tests.settings import ROOT
from tests.statements.files import bring, counted
from tests.statements.ledgers import make_product

CASES = ROOT / "tests" / "cases"
HEADER = "numero,referencia,fecha,concepto,valor,saldo"
Row = tuple[str, date, int, int]  # reference, day, amount and balance in pesos


def bring_case(name: str) -> tuple[int, str]:
    return bring("import_movements", CASES / f"30-movements-{name}.csv", None, (), ())


def bring_rows(folder: Path, rows: list[Row]) -> tuple[int, str]:
    lines = [f"20-1,{reference},{day},Movimiento,{amount},{balance}" for reference, day, amount, balance in rows]
    return bring("import_movements", folder / "movimientos.csv", HEADER, lines, ())


def stored() -> list[tuple[int, int]]:
    """Amounts and balances, in the ledger's order."""
    return [(int(amount), int(balance)) for amount, balance in Movement.objects.order_by("id").values_list("amount", "balance")]


def history(random: Random) -> list[Row]:
    """A ledger with several movements a day, as it happened."""
    balance, day, rows = random.choice([0, 100]), date(2021, 9, 1), []
    for number in range(random.randint(1, 12)):
        day += timedelta(days=random.choice([0, 0, 1, 5]))
        amount = random.choice([-50, -10, 10, 50, 70])
        balance += amount
        rows.append((f"r{number}", day, amount, balance))
    return rows


@pytest.fixture
def newest_first_case(member: Member, clock: Any) -> Product:
    clock.now = datetime(2026, 11, 1, 15, tzinfo=UTC)  # after the days of the files
    return make_product(member, number="DESC", balance=Decimal(30))


def test_a_file_that_comes_newest_first_is_the_same_history(newest_first_case: Product):
    code, said = bring_case("newest-first")
    assert (code, counted(new=4) in said) == (0, True)
    assert stored() == [(100, 100), (-50, 50), (50, 100), (-70, 30)]
    newest_first_case.refresh_from_db()
    assert (newest_first_case.ledger_opening, newest_first_case.ledger_balance) == (0, 30)


def test_the_same_history_oldest_first_brings_nothing_more(newest_first_case: Product):
    bring_case("newest-first")
    code, said = bring_case("oldest-first")
    assert (code, counted(same=4) in said) == (0, True)


def test_the_next_file_may_come_in_the_other_order(newest_first_case: Product, tmp_path: Path):
    bring_case("oldest-first")
    more = ("DESC,6,2026-10-03,Abono,5.00,45.00", "DESC,5,2026-10-03,Abono,10.00,40.00")
    assert bring("import_movements", tmp_path / "m.csv", HEADER, more, ())[0] == 0
    assert stored()[4:] == [(10, 40), (5, 45)]


@pytest.mark.parametrize("newest_first", [False, True])
def test_of_two_orders_that_add_up_the_one_that_ends_in_the_cores_balance_counts(
    member: Member, clock: Any, tmp_path: Path, newest_first: bool
):
    product = make_product(member, balance=Decimal(0))
    rows: list[Row] = [("a", date(2021, 10, 1), 100, 100), ("b", date(2021, 10, 1), -100, 0)]
    assert bring_rows(tmp_path, rows[::-1] if newest_first else rows)[0] == 0
    product.refresh_from_db()
    assert (stored(), product.ledger_opening) == ([(100, 100), (-100, 0)], 0)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("order", ["oldest first", "newest first", "mixed", "a row lost", "a row wrong"])
def test_a_ledger_holds_the_whole_history_or_nothing(member: Member, clock: Any, tmp_path: Path, seed: int, order: str):
    random = Random(seed)
    rows = history(random)
    make_product(member, balance=Decimal(rows[-1][3]))
    right = [(amount, balance) for _, _, amount, balance in rows]
    brought = list(rows)
    if order == "newest first":
        brought.reverse()
    elif order == "mixed":
        random.shuffle(brought)
    elif order == "a row lost" and len(rows) > 2:
        del brought[random.randrange(1, len(brought) - 1)]
    elif order == "a row wrong" and len(rows) > 2:
        reference, day, amount, balance = brought[1]
        brought[1] = (reference, day, amount + 1, balance)
    code, said = bring_rows(tmp_path, brought)
    if order in ("oldest first", "newest first"):
        assert (code, stored()) == (0, right)
    else:
        assert stored() in ([], right)
        assert code == (0 if stored() else 1)
    if code:
        assert "nada de este producto entró" in said
        assert bring_rows(tmp_path, rows)[0] == 0  # the right file still goes in
        assert stored() == right
