from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Member
from audit.models import Event
from statements.models import Movement, Product
from tests.statements.files import bring, counted
from tests.statements.ledgers import add_movements, make_product

HEADER = "numero,referencia,fecha,concepto,valor,saldo"


def bring_movements(folder: Path, *rows: str, header: str = HEADER, options: tuple[str, ...] = ()) -> tuple[int, str]:
    return bring("import_movements", folder / "movimientos.csv", header, rows, options)


def balances() -> list[tuple[str, Decimal, Decimal]]:
    return list(Movement.objects.order_by("product", "id").values_list("reference", "amount", "balance"))


@pytest.fixture
def account(member: Member) -> Product:
    return make_product(member)


@pytest.fixture
def grown(account: Product) -> Product:
    """An account with one movement of September, at 1.500,25."""
    return add_movements(account, [(date(2021, 9, 30), "Consignación", Decimal("1000.25"))], opening=Decimal(500))


def test_a_history_may_begin_in_the_middle(account: Product, clock: Any, tmp_path: Path):
    rows = ("20-1,a,2021-10-01,Nómina,2500000.50,2500500.50", "20-1,b,2021-10-05,Retiro,-300000.75,2200499.75")
    code, said = bring_movements(tmp_path, *rows)
    assert (code, counted(new=2) in said) == (0, True)
    account.refresh_from_db()
    assert (account.ledger_from, account.ledger_opening) == (date(2021, 10, 1), 500)
    assert (account.ledger_on, account.ledger_balance) == (date(2021, 10, 5), Decimal("2200499.75"))


def test_money_and_dates_in_spanish_are_understood(account: Product, clock: Any, tmp_path: Path):
    header = HEADER.replace(",", ";")
    bring_movements(tmp_path, "20-1;a;01/10/2021;Nómina;2.500.000,50;2.500.500,50", header=header)
    movement = Movement.objects.get()
    assert (movement.day, movement.amount, movement.balance) == (
        date(2021, 10, 1),
        Decimal("2500000.50"),
        Decimal("2500500.50"),
    )
    assert (movement.member, movement.concept) == (account.member, "Nómina")


def test_it_goes_on_from_the_last_movement(grown: Product, clock: Any, tmp_path: Path):
    assert bring_movements(tmp_path, "20-1,a,2021-10-01,Nómina,100,1600.25")[0] == 0
    grown.refresh_from_db()
    assert (grown.ledger_from, grown.ledger_opening, grown.ledger_balance) == (date(2021, 9, 30), 500, Decimal("1600.25"))


def test_a_loans_payment_is_negative(member: Member, clock: Any, tmp_path: Path):
    make_product(member, number="40-1", kind="credito")
    assert bring_movements(tmp_path, "40-1,a,2021-10-01,Desembolso,1000,1000", "40-1,b,2021-10-05,Abono,-100,900")[0] == 0


def test_days_are_put_in_order_before_they_are_judged(account: Product, clock: Any, tmp_path: Path):
    bring_movements(tmp_path, "20-1,b,2021-10-05,Retiro,-1,99", "20-1,a,2021-10-01,Nómina,100,100")
    assert [reference for reference, *_ in balances()] == ["a", "b"]


def test_the_same_file_again_changes_nothing_and_says_so(account: Product, clock: Any, tmp_path: Path):
    rows = ("20-1,a,2021-10-01,Nómina,0.10,0.10", "20-1,b,2021-10-01,Nómina,0.20,0.30")
    bring_movements(tmp_path, *rows)
    before = balances()
    code, said = bring_movements(tmp_path, *rows)
    assert (code, counted(same=2) in said, "Nada cambió" in said) == (0, True, True)
    assert balances() == before


def test_a_longer_file_adds_only_what_is_new(account: Product, clock: Any, tmp_path: Path):
    first = "20-1,a,2021-10-01,Nómina,10,10"
    bring_movements(tmp_path, first)
    said = bring_movements(tmp_path, first, "20-1,b,2021-10-02,Nómina,10,20")[1]
    assert counted(new=1, same=1) in said


def test_with_a_break_nothing_of_that_product_goes_in(member: Member, account: Product, clock: Any, tmp_path: Path):
    make_product(member, number="20-2")
    code, said = bring_movements(
        tmp_path,
        "20-1,a,2021-10-01,Nómina,100,100",
        "20-1,b,2021-10-02,Retiro,-30,80",
        "20-2,a,2021-10-02,Cuota,5,5",
        "20-1,c,2021-10-03,Retiro,-10,70",
    )
    assert code == 1
    assert "línea 3, saldo: debe ser el saldo anterior más el valor: $ 70,00".replace("$ ", "$\xa0") in said
    for line in (2, 5):
        assert f"línea {line}, saldo: otro movimiento de este producto no cuadra; nada de este producto entró" in said
    assert [(reference, balance) for reference, _, balance in balances()] == [("a", 5)]


def test_a_gap_to_what_is_stored_is_a_break(grown: Product, clock: Any, tmp_path: Path):
    code, said = bring_movements(tmp_path, "20-1,z,2021-10-01,Nómina,100,1700.25")
    assert code == 1
    assert "debe ser el saldo anterior más el valor: $\xa01.600,25" in said
    assert Movement.objects.count() == 1


def test_around_an_unreadable_row_nothing_of_that_product_goes_in_either(account: Product, clock: Any, tmp_path: Path):
    rows = ("20-1,a,2021-10-01,Nómina,1,1", "20-1,b,ayer,Nómina,1,2", "20-1,c,2021-10-02,Nómina,1,3")
    assert bring_movements(tmp_path, *rows)[0] == 1
    assert balances() == []


def test_each_bad_row_comes_back_with_line_column_and_reason(grown: Product, clock: Any, tmp_path: Path):
    report = tmp_path / "rechazadas.csv"
    bring_movements(
        tmp_path,
        "99-9,a,2021-10-01,Nómina,100,100",
        "20-1,r0,2021-10-01,Otra,5,5",
        "20-1,b,2021-09-29,Nómina,100,1600.25",
        "20-1,c,2021-10-01,Nómina,100,1600.25",
        "20-1,c,2021-10-01,Nómina,100,1600.25",
        "20-1,d,2021-10-02,Nómina,1.000,2600.25",
        "20-1,e,2021-10-22,Nómina,1,1",
        "20-1,f,2021-10-02,,1,1",
        "20-1,g,2021-10-02",
        options=("--rejects", str(report)),
    )
    told = sorted(line.split(";")[:3] for line in report.read_text().splitlines()[1:])
    assert [(line, column) for line, column, _ in told] == [
        ("10", ""), ("2", "numero"), ("3", "referencia"), ("4", "fecha"), ("6", "referencia"), ("7", "valor"), ("8", "fecha"),
        ("9", "concepto"),
    ]  # fmt: skip
    assert "2;numero;no hay ningún producto con este número;99-9;a;2021-10-01;Nómina;100.00;100.00" in report.read_text()
    assert Movement.objects.count() == 2


def test_a_corrected_report_can_be_brought_again(grown: Product, clock: Any, tmp_path: Path):
    report = tmp_path / "rechazadas.csv"
    bring_movements(tmp_path, "20-1,a,2021-10-01,Nómina,100,7", options=("--rejects", str(report)))
    report.write_text(report.read_text().replace(";7.00", ";1600.25"))
    code, said = bring("import_movements", report, None, (), ())
    assert (code, counted(new=1) in said) == (0, True)


def test_a_rehearsal_writes_nothing(account: Product, clock: Any, tmp_path: Path):
    said = bring_movements(tmp_path, "20-1,a,2021-10-01,Nómina,100,100", options=("--dry-run",))[1]
    assert counted(new=1) in said
    assert "Ensayo: no se escribió nada." in said
    assert (Movement.objects.count(), Event.objects.count()) == (0, 0)
    account.refresh_from_db()
    assert account.ledger_balance is None


def test_it_leaves_one_event_for_the_file(account: Product, clock: Any, tmp_path: Path):
    bring_movements(tmp_path, "20-1,a,2021-10-01,Nómina,100,100")
    event = Event.objects.get()
    assert event.kind == "portal:movements:imported"
    assert event.details == '{"changed":0,"file":"movimientos.csv","new":1,"rejected":0,"rows":1,"same":0}'


def test_a_file_cut_in_the_middle_is_refused_whole(account: Product, clock: Any, tmp_path: Path):
    path = tmp_path / "movimientos.csv"
    path.write_bytes(f"{HEADER}\n20-1,a,2021-10-01,Nómina,100,100\n20-1,b,2021-10-01,N".encode() + "ó".encode()[:1])
    code, said = bring("import_movements", path, None, (), ())
    assert (code, "cortado" in said) == (1, True)
    assert not Movement.objects.exists()


def test_cents_are_exact_up_to_the_largest_sums(account: Product, clock: Any, tmp_path: Path):
    rows = [("9999999999999.98", "9999999999999.98"), ("0.01", "9999999999999.99"), ("-9999999999999.90", "0.09")]
    code, _ = bring_movements(tmp_path, *(f"20-1,{n},2021-10-01,Nómina,{v},{s}" for n, (v, s) in enumerate(rows)))
    assert code == 0
    assert [str(balance) for _, _, balance in balances()] == [balance for _, balance in rows]


def test_staff_see_the_products_that_do_not_agree(account: Product, member: Member, clock: Any, tmp_path: Path):
    make_product(member, number="20-2")
    bring_movements(tmp_path, "20-1,a,2021-10-01,Nómina,100,100000.00", "20-2,a,2021-10-01,Nómina,100,99999.99")
    assert list(Product.objects.disagreeing().values_list("number", flat=True)) == ["20-2"]
    assert Product.objects.get(number="20-1").agrees
