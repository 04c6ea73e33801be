"""What a wrong products file would do to many is refused without `--yes`."""

from pathlib import Path
from typing import Any

import pytest

from accounts.models import Member
from audit.models import Event
from statements.importing.columns import product_targets
from statements.importing.product_brakes import BRAKES
from statements.models import Product
from tests.statements.files import bring, counted

ROW = {
    "documento": "32451867", "numero": "", "tipo": "ahorro", "linea": "Ahorro permanente", "saldo": "100", "cuota": "10",
    "tasa_ea": "12.68", "valor_inicial": "500", "cuotas_pendientes": "3", "fecha_apertura": "2020-03-05",
    "fecha_vencimiento": "2024-03-05", "proximo_pago": "2021-11-05", "valor_mora": "0", "dias_mora": "0",
    "fecha_corte": "2021-10-20",
}  # fmt: skip
CHANGES: list[dict[str, str]] = [
    {"documento": "71223904"}, {"tipo": "aportes"}, {"linea": "Otra"}, {"linea": ""}, {"saldo": "0"}, {"cuota": ""},
    {"tasa_ea": ""}, {"valor_inicial": ""}, {"valor_inicial": "501"}, {"cuotas_pendientes": ""}, {"fecha_apertura": ""},
    {"fecha_apertura": "2020-05-03"}, {"fecha_vencimiento": ""},
]  # fmt: skip
FREE = {"numero", "proximo_pago", "valor_mora", "dias_mora", "fecha_corte"}  # change every day, for many
pytestmark = pytest.mark.usefixtures("member", "other_member", "clock")


def bring_products(folder: Path, changed: int, *options: str, **changes: str) -> tuple[int, str]:
    """Twenty products, the first `changed` of them with `changes`."""
    rows = [ROW | {"numero": f"20-{number}"} | (changes if number < changed else {}) for number in range(20)]
    return bring("import_products", folder / "p.csv", ",".join(ROW), [",".join(row.values()) for row in rows], options)


@pytest.mark.parametrize("changes", CHANGES, ids=str)
def test_a_file_that_changes_more_than_a_tenth_in_one_respect_is_refused(tmp_path: Path, changes: dict[str, str]):
    assert bring_products(tmp_path, 0)[0] == 0
    before = [list(Product.objects.order_by("pk").values()), Event.objects.count()]
    for options in ((), ("--dry-run",)):
        code, said = bring_products(tmp_path, 3, *options, **changes)
        assert (code, " 3 de 20 " in said, "repita con --yes" in said) == (1, True, True)
    assert [list(Product.objects.order_by("pk").values()), Event.objects.count()] == before
    code, said = bring_products(tmp_path, 3, "--yes", **changes)
    assert (code, counted(changed=3, same=17) in said, "Sin --yes se habría detenido" in said) == (0, True, True)


@pytest.mark.parametrize("changes", CHANGES[1:], ids=str)
def test_a_tenth_may_change_any_day(tmp_path: Path, changes: dict[str, str]):
    bring_products(tmp_path, 0)
    assert bring_products(tmp_path, 2, **changes)[0] == 0


def test_figures_of_the_day_change_for_all(tmp_path: Path):
    bring_products(tmp_path, 0)
    day = {"saldo": "110", "cuota": "11", "tasa_ea": "12.7", "cuotas_pendientes": "2", "fecha_vencimiento": "2025-01-01"}
    day |= {"proximo_pago": "", "valor_mora": "", "dias_mora": "", "fecha_corte": "2021-10-21"}
    assert bring_products(tmp_path, 20, **day)[0] == 0


def test_products_that_pass_to_another_member_are_counted(tmp_path: Path, other_member: Member):
    bring_products(tmp_path, 0)
    said = bring_products(tmp_path, 2, "--yes", documento=other_member.document)[1]
    assert "pasaron a otro documento: 2" in said


def test_every_column_has_a_brake_or_changes_every_day(clock: Any):
    braked = {brake.column for brake in BRAKES}
    targets = product_targets(clock.now.date())
    assert {target.column.name for target in targets if target.field not in braked} == FREE
