"""Arbitrary urls and files give a page or a sentence, never a crash, and amounts that add up."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Member
from audit.actors import Actor
from statements.importing.actions import import_movements
from statements.models import Kind, Product
from tests.statements.ledgers import make_product

QUICK = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}
PAGE = "/estado-de-cuenta/"
NAMES = ("producto", "desde", "hasta", "texto", "cursor", "mes")
typed = st.text(max_size=30) | st.sampled_from(["20-1", "2021-10-01", "01/10/2021", "2021-10", "99999999", "0000-00-00", "\0"])


@settings(max_examples=40, **QUICK)
@given(query=st.dictionaries(st.sampled_from(NAMES), typed | st.binary(max_size=12)))
def test_no_address_breaks_a_page(inside: Client, products: list[Product], query: dict[str, Any]):
    for name in ("", "movimientos.csv", "extracto.pdf"):
        assert inside.get(PAGE + name, query).status_code in (200, 302, 404)


money = st.decimals(-9_999_999_999_999, 9_999_999_999_999, places=2)
days = st.dates(date(1930, 1, 1), date(2021, 10, 21))
figures = st.fixed_dictionaries(
    {"kind": st.sampled_from(Kind.values), "balance": money, "cutoff_on": days},
    optional={
        "line": st.sampled_from(["Ahorro a la vista", "Crédito", "x" * 80, "<b>"]),
        "instalment": money, "arrears_amount": money, "initial_amount": money, "arrears_days": st.integers(0, 2**31 - 1),
        "instalments_left": st.integers(0, 2**31 - 1), "next_payment_on": st.dates(date(1930, 1, 1), date(2071, 10, 21)),
        "matures_on": st.dates(date(1930, 1, 1), date(2071, 10, 21)), "opened_on": days,
    },
)  # fmt: skip


@settings(max_examples=60, **QUICK)
@given(drawn=st.lists(figures, min_size=1, max_size=4))
def test_any_figures_of_a_file_make_a_page_whose_totals_are_the_sums(
    inside: Client, member: Member, drawn: list[dict[str, Any]]
):
    Product.objects.all().delete()
    for place, values in enumerate(drawn):
        make_product(member, number=f"2-{place}", **values)
    page = inside.get(PAGE)
    assert page.status_code == 200
    overview = page.context["overview"]
    assert overview.owned == sum(values["balance"] for values in drawn if values["kind"] != Kind.LOAN)
    assert overview.owed == sum(values["balance"] for values in drawn if values["kind"] == Kind.LOAN)
    for place in range(len(drawn)):
        assert inside.get(PAGE, {"producto": f"2-{place}"}).status_code == 200


cells = st.tuples(
    st.sampled_from(["20-1", "20-2", "zz"]),
    st.sampled_from(["a", "b", "c", "d", "e", "f", ""]),
    st.sampled_from(["2021-10-01", "02/10/2021", "2021-10-03", "ayer"]),
    st.integers(-3, 3),
    st.sampled_from([0, 0, 0, 0, 1]),
)


def as_file(rows: list[Any]) -> str:
    """A file whose balances mostly go on from one another; a slip breaks them."""
    written, balances = io.StringIO(), {}
    writer = csv.writer(written)
    writer.writerow(["numero", "referencia", "fecha", "concepto", "valor", "saldo"])
    for number, reference, day, amount, slip in rows:
        balances[number] = balances.get(number, 0) + amount
        writer.writerow([number, reference, day, "Cuota", amount, balances[number] + slip])
    return written.getvalue()


@settings(max_examples=40, **QUICK)
@given(files=st.lists(st.lists(cells, max_size=12), min_size=1, max_size=3))
def test_what_is_stored_adds_up_whatever_files_were_brought(member: Member, clock: Any, tmp_path: Path, files: list[Any]):
    Product.objects.all().delete()
    for number in ("20-1", "20-2"):
        make_product(member, number=number)
    path = tmp_path / "movimientos.csv"
    for rows in files:
        path.write_text(as_file(rows))
        report = import_movements(path=path, by=Actor.operator("prueba"))
        assert report.new + report.same + report.rejected == report.rows == len(rows)
        again = import_movements(path=path, by=Actor.operator("prueba"))
        assert again.new == 0
    for product in Product.objects.all():
        assert_adds_up(product)


def assert_adds_up(product: Product) -> None:
    balance = product.ledger_opening
    movements = list(product.movements.oldest_first())
    for movement in movements:
        balance += movement.amount
        assert movement.balance == balance
    assert product.ledger_balance == balance
    assert [m.pk for m in movements] == sorted(m.pk for m in movements)
