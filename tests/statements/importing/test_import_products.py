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

HEADER = "documento,numero,tipo,saldo,fecha_corte"
FULL = (
    "documento;numero;tipo;linea;saldo;cuota;tasa_ea;valor_inicial;cuotas_pendientes;fecha_apertura;"
    "fecha_vencimiento;proximo_pago;valor_mora;dias_mora;fecha_corte"
)


def bring_products(folder: Path, *rows: str, header: str = HEADER, options: tuple[str, ...] = ()) -> tuple[int, str]:
    return bring("import_products", folder / "productos.csv", header, rows, options)


def test_a_whole_row_in_spanish_goes_in(member: Member, clock: Any, tmp_path: Path):
    row = (
        "32.451.867;40-1;Crédito;Educación;9.000.000,50;310.000,00;12,68;12000000.00;28;05/03/2020;"
        "2024-03-05;05/11/2021;1.000,25;3;20/10/2021"
    )
    code, said = bring_products(tmp_path, row, header=FULL)
    assert (code, counted(new=1) in said) == (0, True)
    product = Product.objects.get(number="40-1")
    assert (product.member, product.kind, product.line) == (member, "credito", "Educación")
    assert (product.balance, product.instalment, product.initial_amount) == (Decimal("9000000.50"), 310_000, 12_000_000)
    assert (product.annual_rate, product.instalments_left) == (Decimal("12.68"), 28)
    assert (product.opened_on, product.matures_on, product.next_payment_on) == (
        date(2020, 3, 5),
        date(2024, 3, 5),
        date(2021, 11, 5),
    )
    assert (product.arrears_amount, product.arrears_days, product.cutoff_on) == (Decimal("1000.25"), 3, date(2021, 10, 20))


def test_columns_may_come_in_any_order_and_be_left_out(member: Member, clock: Any, tmp_path: Path):
    bring_products(tmp_path, "2021-10-20,1234567.89,ahorro,20-1,32451867", header="fecha_corte,saldo,tipo,numero,documento")
    assert Product.objects.get().balance == Decimal("1234567.89")


def test_the_same_file_again_changes_nothing_and_says_so(member: Member, clock: Any, tmp_path: Path):
    row = "32451867,20-1,ahorro,0.10,2021-10-20"
    bring_products(tmp_path, row)
    code, said = bring_products(tmp_path, row)
    assert (code, counted(same=1) in said, "Nada cambió" in said) == (0, True, True)


def test_a_known_number_is_brought_up_to_date(member: Member, clock: Any, tmp_path: Path):
    kept = make_product(member, line="Ahorro permanente", instalment=Decimal(5))
    bring_products(tmp_path, "32451867,20-1,ahorro,200.50,2021-10-21")
    kept.refresh_from_db()
    assert (kept.balance, kept.cutoff_on) == (Decimal("200.50"), date(2021, 10, 21))
    assert (kept.line, kept.instalment) == ("Ahorro permanente", 5)  # columns the file lacks stay


def test_good_rows_go_in_and_bad_rows_come_back_with_their_reason(member: Member, clock: Any, tmp_path: Path):
    report = tmp_path / "rechazadas.csv"
    code, said = bring_products(
        tmp_path,
        "32451867,20-1,ahorro,100,2021-10-20",
        "999999,20-2,ahorro,100,2021-10-20",
        "32451867,20-1,ahorro,100,2021-10-20",
        "32451867,20-3,inversion,100,2021-10-20",
        "32451867,20-4,ahorro,cien,2021-10-20",
        "32451867,20-5,ahorro,100,2021-10-22",
        "32451867,20-6,ahorro,12345678901234.00,2021-10-20",
        "32451867,,ahorro,1,2021-10-20",
        options=("--rejects", str(report)),
    )
    assert code == 1
    assert counted(new=1, rejected=7) in said
    assert list(Product.objects.values_list("number", flat=True)) == ["20-1"]
    told = sorted(line.split(";", 3) for line in report.read_text().splitlines()[1:])
    lines = ["3 documento", "4 numero", "5 tipo", "6 saldo", "7 fecha_corte", "8 saldo", "9 numero"]
    assert [f"{line} {column}" for line, column, *_ in told] == lines
    assert "3;documento;no hay ningún asociado con este documento;999999;20-2;ahorro;100.00;2021-10-20" in report.read_text()
    assert "tiene más de 13 cifras antes de la coma" in report.read_text()
    assert report.stat().st_mode & 0o777 == 0o600


def test_staff_who_are_no_members_own_nothing(staff: Member, clock: Any, tmp_path: Path):
    code, said = bring_products(tmp_path, "43018552,20-1,ahorro,100,2021-10-20")
    assert code == 1
    assert "no hay ningún asociado con este documento" in said


def test_a_product_changes_hands_only_when_told_to(member: Member, other_member: Member, clock: Any, tmp_path: Path):
    product = add_movements(make_product(member), [(date(2021, 10, 1), "Cuota", Decimal(100))])
    row = "71223904,20-1,ahorro,100,2021-10-20"
    code, said = bring_products(tmp_path, row)
    product.refresh_from_db()
    assert (code, product.member) == (1, member)
    assert "el producto está a nombre de otro documento" in said
    assert bring_products(tmp_path, row, options=("--yes",))[0] == 0
    product.refresh_from_db()
    assert product.member == other_member
    assert not Movement.objects.filter(member=member).exists()
    assert Movement.objects.filter(member=other_member).count() == 1


def test_a_rehearsal_writes_nothing_and_tells_the_same(member: Member, clock: Any, tmp_path: Path):
    rows = ("32451867,20-1,ahorro,100,2021-10-20", "1,20-2,ahorro,100,2021-10-20")
    code, said = bring_products(tmp_path, *rows, options=("--dry-run",))
    assert (code, Product.objects.count(), Event.objects.count()) == (1, 0, 0)
    assert counted(new=1, rejected=1) in said
    assert "Ensayo: no se escribió nada." in said


def test_it_leaves_one_event_for_the_file(member: Member, clock: Any, tmp_path: Path):
    bring_products(tmp_path, "32451867,20-1,ahorro,100,2021-10-20", "32451867,20-2,ahorro,100,2021-10-20")
    event = Event.objects.get()
    assert (event.kind, event.actor_role) == ("portal:products:imported", "operador")
    assert event.details == '{"changed":0,"file":"productos.csv","new":2,"rejected":0,"rows":2,"same":0}'


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ("documento,numero,tipo,saldo", "faltan columnas: fecha_corte"),
        (f"{HEADER},color", "columnas que no se conocen: color"),
        ("", "está vacío"),
    ],
)
def test_a_file_of_another_shape_is_refused_whole(member: Member, clock: Any, tmp_path: Path, header: str, sentence: str):
    code, said = bring_products(tmp_path, header=header)
    assert (code, sentence in said) == (1, True)
    assert not Product.objects.exists()


def test_a_file_that_is_not_there_is_refused_in_a_sentence(db: Any, clock: Any, tmp_path: Path):
    code, said = bring("import_products", tmp_path / "otro" / "x.csv", None, (), ())
    assert (code, "No se pudo abrir el archivo" in said) == (1, True)
