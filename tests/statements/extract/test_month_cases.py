"""What a month's extract says of every kind of product and history: a table of figures and sentences."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from statements.models import Cutoff, Product
from tests.makers import make_member
from tests.statements.extract.test_extract_pdf import get_extract, printed
from tests.statements.files import bring
from tests.statements.ledgers import add_movements, enter, make_product

pytestmark = pytest.mark.poppler
CASES = Path(__file__).resolve().parents[2] / "cases"
PROVISIONAL = "Estas cifras son provisionales"


def lines_of(client: Client, month: str) -> str:
    """The lines of the extract, each with single spaces."""
    return "\n".join(" ".join(line.split()) for line in printed(get_extract(client, month), "-layout").splitlines())


@dataclass
class Case:
    """One product: its columns, movements and earlier cut-offs; then the month, what it prints and what it does not."""

    month: str
    says: Sequence[str]
    never: Sequence[str] = ()
    product: dict[str, Any] = field(default_factory=dict)
    movements: Sequence[tuple[date, str, int]] = ()
    opening: int = 0
    cutoffs: Sequence[tuple[date, int]] = ()


SEPTEMBER_END, AUGUST_END, JULY_END = date(2021, 9, 30), date(2021, 8, 31), date(2021, 7, 31)
LOAN = {"kind": "credito", "line": "Educación", "cutoff_on": SEPTEMBER_END}
TABLE = {
    "a movement on the last day of the year is of its month": Case(
        "2020-12", ["31/12/2020 Consignación", "Saldo final $ 10,00"], [PROVISIONAL],
        movements=[(date(2020, 12, 31), "Consignación", 10)], product={"cutoff_on": date(2020, 12, 31)},
    ),
    "and not of the next one": Case(
        "2021-01", ["Saldo anterior $ 10,00", "Sin movimientos en el mes.", "Saldo final $ 10,00"], ["31/12/2020"],
        movements=[(date(2020, 12, 31), "Consignación", 10)], product={"cutoff_on": date(2021, 1, 31)},
    ),
    "a leap day is the last of February": Case(
        "2020-02", ["29/02/2020 Consignación", "Datos al 29 de febrero de 2020", "Saldo final $ 10,00"], [PROVISIONAL],
        movements=[(date(2020, 2, 29), "Consignación", 10)], product={"cutoff_on": date(2020, 2, 29)},
    ),
    "a running month is provisional": Case(
        "2021-10", ["Datos al 20 de octubre de 2021", PROVISIONAL],
    ),
    "a ledger that begins in the middle tells the balance before it": Case(
        "2021-09", ["Saldo anterior $ 500,00", "Entradas $ 7,00", "Saldo final $ 507,00"], ["sin dato"],
        movements=[(date(2021, 9, 5), "Cuota", 7)], opening=500, product={"cutoff_on": SEPTEMBER_END},
    ),
    "and so the month before ended with it": Case(
        "2021-08", ["Saldo anterior sin dato", "Saldo final $ 500,00", PROVISIONAL], ["suma de"],
        movements=[(date(2021, 9, 5), "Cuota", 7)], opening=500, product={"cutoff_on": date(2021, 9, 30)},
    ),
    "and nothing of earlier months": Case(
        "2021-07", ["Saldo final sin dato de ese mes", "suma de 1 de 2 productos", PROVISIONAL], ["$ 500,00"],
        movements=[(date(2021, 9, 5), "Cuota", 7)], opening=500, product={"cutoff_on": SEPTEMBER_END},
    ),
    "a product that was opened later is not missed": Case(
        "2021-08", ["Lo que tengo (aportes y ahorros) $ 1,00"], ["CDAT", "sin dato", "suma de"],
        product={"kind": "cdat", "line": "CDAT", "opened_on": date(2021, 9, 2), "cutoff_on": SEPTEMBER_END},
    ),
    "a product opened in the month began at zero": Case(
        "2021-09", ["Saldo anterior $ 0,00", "Otros cambios, sin detalle $ 100.000,00", "Sin detalle de sus movimientos."], (),
        product={"kind": "cdat", "line": "CDAT", "opened_on": date(2021, 9, 2), "cutoff_on": SEPTEMBER_END},
    ),
    "negative savings are said to be owed": Case(
        "2021-09", ["Saldo final −$ 5,00", "El saldo está en contra: usted debe este valor.",
         "Lo que tengo (aportes y ahorros) −$ 4,00"],
        movements=[(date(2021, 9, 5), "Sobregiro", -5)], product={"cutoff_on": SEPTEMBER_END},
    ),
    "a closed product is listed in its last month": Case(
        "2021-08", ["Saldo anterior $ 9,00", "Salidas $ 9,00", "Saldo final $ 0,00", "Este producto quedó sin saldo."], (),
        movements=[(date(2021, 7, 1), "Apertura", 9), (date(2021, 8, 9), "Cancelación", -9)], product={"cutoff_on": AUGUST_END},
    ),
    "and not any more after it": Case(
        "2021-09", ["Lo que tengo (aportes y ahorros) $ 1,00"], ["Ahorro permanente", "suma de"],
        movements=[(date(2021, 7, 1), "Apertura", 9), (date(2021, 8, 9), "Cancelación", -9)], product={"cutoff_on": AUGUST_END},
    ),
    "a loan paid off owes nothing": Case(
        "2021-09", ["Pagos $ 900,00", "Saldo final $ 0,00", "Este crédito quedó sin saldo.",
         "Lo que debo (créditos) $ 0,00"], ["Vencido"],
        movements=[(date(2021, 8, 1), "Desembolso", 900), (date(2021, 9, 9), "Pago total", -900)], product=LOAN,
    ),
    "a loan written off shows the core's movement": Case(
        "2021-09", ["09/09/2021 Castigo de cartera −$ 900,00", "Saldo final $ 0,00", "Este crédito quedó sin saldo."], (),
        movements=[(date(2021, 8, 1), "Desembolso", 900), (date(2021, 9, 9), "Castigo de cartera", -900)], product=LOAN,
    ),
    "a loan in arrears says how much, since when and what follows": Case(
        "2021-09",
        ["Vencido y sin pagar $ 2.997,00", "Vencido al 30/09/2021 (92 días) $ 2.997,00", "Próximo pago 15 de octubre de 2021",
         "Valor de la cuota $ 999,00", "Interés al año (E. A.) 16,77 %", "Los intereses y la mora van aparte."], (),
        product={**LOAN, "balance": Decimal(9_000), "arrears_amount": Decimal(2_997), "arrears_days": 92,
                 "instalment": Decimal(999), "annual_rate": Decimal("16.77"), "next_payment_on": date(2021, 10, 15)},
    ),
    "a date before the cut-off is no next payment": Case(
        "2021-09", ["Valor de la cuota $ 999,00"], ["Próximo pago", "Vencido"],
        product={**LOAN, "instalment": Decimal(999), "next_payment_on": date(2021, 9, 15)},
    ),
    "the month before its first data is unknown, not zero": Case(
        "2021-07", ["Saldo final sin dato de ese mes", "Lo que debo (créditos) sin dato de ese mes"], ["$ 0,00"],
        product=LOAN,
    ),
    "a month without a cut-off says how old its figure is": Case(
        "2021-08", ["Saldo final $ 70,00", "El saldo es del 31 de julio de 2021: no hay un dato de este mes."], (),
        product={"cutoff_on": SEPTEMBER_END}, cutoffs=[(JULY_END, 70)],
    ),
    "what changed without movements is a line of its own": Case(
        "2021-09", ["Saldo anterior $ 70,00", "Otros cambios, sin detalle $ 99.930,00", "Saldo final $ 100.000,00"], (),
        product={"cutoff_on": SEPTEMBER_END}, cutoffs=[(AUGUST_END, 70)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TABLE)
def test_the_extract_says_what_the_table_says(inside: Client, member: Member, name: str):
    case = TABLE[name]
    first = date(2020, 1, 31)
    known = make_product(member, number="10-9", kind="aportes", line="Aportes", balance=Decimal(1), first_cutoff_on=first)
    for place in range(1, 21):
        Cutoff.objects.create(product=known, day=date(2020 + place // 12, place % 12 + 1, 28), balance=Decimal(1))
    Cutoff.objects.create(product=known, day=first, balance=Decimal(1))
    product = make_product(member, **case.product)
    if case.movements:
        entries = [(day, concept, Decimal(amount)) for day, concept, amount in case.movements]
        add_movements(product, entries, opening=Decimal(case.opening))
    for day, balance in case.cutoffs:
        Cutoff.objects.create(product=product, day=day, balance=Decimal(balance))
        Product.objects.filter(pk=product.pk).update(first_cutoff_on=day)
    text = lines_of(inside, case.month)
    assert [words for words in case.says if words not in text] == []
    assert [words for words in case.never if words in text] == []


@pytest.mark.parametrize(
    ("moment", "is_over"),
    [(datetime(2021, 1, 1, 4, 59, 59, tzinfo=UTC), False), (datetime(2021, 1, 1, 5, 0, tzinfo=UTC), True)],
)
def test_a_year_ends_at_midnight_in_bogota(member: Member, clock: Any, moment: datetime, is_over: bool):
    """At 23:59 of 31 December a movement may still be posted: the month is not final."""
    clock.now = moment
    entries = [(date(2020, 12, 31), "Consignación", Decimal(10))]
    add_movements(make_product(member, cutoff_on=date(2020, 12, 31)), entries)
    assert (PROVISIONAL not in lines_of(enter(Client(), member, clock.now), "2020-12")) == is_over


def test_products_without_movements_are_counted_or_named(db: Any, clock: Any, tmp_path: Path):
    """Case 31: their figures vanished from totals and older months without a word."""
    clock.now = datetime(2026, 11, 5, 15, 0, tzinfo=UTC)
    owner = make_member(document="1001")
    for command, name in (("import_products", "31-products.csv"), ("import_movements", "31-movements.csv")):
        assert bring(command, CASES / name, None, (), ())[0] == 0
    client = enter(Client(), owner, clock.now)
    october, august = lines_of(client, "2026-10"), lines_of(client, "2026-08")
    assert "Lo que tengo (aportes y ahorros) $ 5.000.200,00" in october
    assert "Lo que debo (créditos) $ 9.000.800,00" in october
    assert "Lo que tengo (aportes y ahorros): suma de 1 de 2 productos $ 100,00" in august
    assert "Lo que debo (créditos): suma de 1 de 2 productos $ 1.000,00" in august
    assert august.count("sin dato de ese mes") == 2
    later = ["1001,AHO,ahorro,900.00,2026-10-31", "1001,CDT,cdat,6000000.00,2026-11-05"]
    header = "documento,numero,tipo,saldo,fecha_corte"
    assert bring("import_products", tmp_path / "p.csv", header, later, ())[0] == 0
    assert lines_of(client, "2026-10") == october
    assert lines_of(client, "2026-08") == august
