"""Each products file leaves the figures of its cut-off; an older file fills its own date and changes nothing else."""

from datetime import date
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from statements.models import Cutoff, Product, PublishedAccount
from tests.statements.extract.test_extract_pdf import get_extract, printed
from tests.statements.files import bring, counted
from tests.statements.ledgers import add_movements, enter, make_product

HEADER = "documento,numero,tipo,saldo,valor_mora,dias_mora,fecha_corte"
MONTHS = {"2021-07-31": "100.00", "2021-08-31": "200.00", "2021-09-30": "300.00"}


def bring_cutoff(
    folder: Path, day: str, balance: str, *options: str, owner: str = "32451867", arrears: str = ","
) -> tuple[int, str]:
    return bring("import_products", folder / "p.csv", HEADER, [f"{owner},20-1,ahorro,{balance},{arrears},{day}"], options)


def stored() -> dict[str, Decimal]:
    earlier = {f"{cutoff.day}": cutoff.balance for cutoff in Cutoff.objects.all()}
    return earlier | {f"{product.cutoff_on}": product.balance for product in Product.objects.all()}


@pytest.mark.parametrize("order", list(permutations(MONTHS)))
def test_files_in_any_order_leave_the_same_figures(member: Member, clock: Any, tmp_path: Path, order: tuple[str, ...]):
    for day in order:
        assert bring_cutoff(tmp_path, day, MONTHS[day])[0] == 0
    product = Product.objects.get()
    assert (product.balance, product.cutoff_on, product.known_from) == (300, date(2021, 9, 30), date(2021, 7, 31))
    assert stored() == {day: Decimal(balance) for day, balance in MONTHS.items()}


def test_an_older_file_says_that_todays_balance_stays(member: Member, clock: Any, tmp_path: Path):
    bring_cutoff(tmp_path, "2021-09-30", "300.00")
    code, said = bring_cutoff(tmp_path, "2021-08-31", "200.00")
    assert code == 0
    assert "cambiadas: 1" in said
    assert "de ellas, de un corte anterior al guardado (no cambian el saldo de hoy): 1" in said
    assert counted(same=1) in bring_cutoff(tmp_path, "2021-08-31", "200.00")[1]


def test_a_file_of_the_same_date_corrects_it(member: Member, clock: Any, tmp_path: Path):
    for day, balance in (("2021-08-31", "1.00"), ("2021-09-30", "2.00"), ("2021-08-31", "10.00"), ("2021-09-30", "20.00")):
        bring_cutoff(tmp_path, day, balance)
    assert stored() == {"2021-08-31": 10, "2021-09-30": 20}


def test_daily_files_leave_the_last_cutoff_of_each_past_month(member: Member, clock: Any, tmp_path: Path):
    for day in ("2021-08-15", "2021-08-30", "2021-09-01", "2021-09-15", "2021-10-01", "2021-10-02", "2021-10-03"):
        bring_cutoff(tmp_path, day, f"{day[5:7]}{day[8:]}.00")
    assert stored() == {
        "2021-08-30": 830, "2021-09-15": 915, "2021-10-01": 1001, "2021-10-02": 1002, "2021-10-03": 1003
    }  # fmt: skip


def test_a_rehearsal_leaves_no_cutoff(member: Member, clock: Any, tmp_path: Path):
    bring_cutoff(tmp_path, "2021-09-30", "300.00")
    for day in ("2021-08-31", "2021-10-20"):
        bring_cutoff(tmp_path, day, "200.00", "--dry-run")
    assert stored() == {"2021-09-30": 300}


def test_an_older_file_gives_a_product_to_nobody_else(member: Member, other_member: Member, clock: Any, tmp_path: Path):
    bring_cutoff(tmp_path, "2021-09-30", "300.00")
    assert bring_cutoff(tmp_path, "2021-08-31", "200.00", "--yes", owner=other_member.document)[0] == 0
    assert Product.objects.get().member == member


def test_each_months_arrears_are_those_of_its_cutoff(inside: Client, member: Member, tmp_path: Path):
    rows = (("2021-08-31", "900.00", "85.00,31"), ("2021-09-30", "800.00", "0.00,0"))
    for day, balance, arrears in rows:
        bring(
            "import_products", tmp_path / "p.csv", HEADER, [f"32451867,40-1,credito,{balance},{arrears},{day}"], ()
        )  # fmt: skip
    assert "Vencido al 31/08/2021 (31 días) $ 85,00" in " ".join(printed(get_extract(inside, "2021-08"), "-layout").split())
    assert "Vencido" not in printed(get_extract(inside, "2021-09"))


def test_a_product_that_passes_on_is_read_by_nobody_elses_extract(
    inside: Client, member: Member, other_member: Member, tmp_path: Path, clock: Any
):
    make_product(member, number="10-1", kind="aportes", line="Aportes", cutoff_on=date(2021, 9, 30))
    add_movements(make_product(member, cutoff_on=date(2021, 9, 30)), [(date(2021, 9, 1), "Herencia", Decimal(5))])
    assert "Herencia" in printed(get_extract(inside, "2021-09"))
    assert PublishedAccount.objects.count() == 2
    bring_cutoff(tmp_path, "2021-10-20", "300.00", "--yes", owner=other_member.document)
    text = printed(get_extract(inside, "2021-09"))
    assert "Herencia" not in text
    assert "Aportes 10-1" in text
    assert "Herencia" in printed(get_extract(enter(Client(), other_member, clock.now), "2021-09"))
