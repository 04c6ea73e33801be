"""For any ledger: page = CSV = PDF = database, to the cent."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import Member
from statements.models import Kind, Movement, Product
from tests.statements.extract.test_extract_pdf import printed
from tests.statements.ledgers import add_movements, enter, listed, make_product

pytestmark = pytest.mark.poppler

PAGE = "/estado-de-cuenta/"

amounts = st.decimals(-99_999_999, 999_999_999, places=2)
entries = st.lists(st.tuples(st.dates(date(2021, 9, 1), date(2021, 10, 20)), amounts), min_size=1, max_size=60)
ledgers = st.lists(st.tuples(st.sampled_from(Kind.values), amounts, entries), min_size=1, max_size=2)

Figures = tuple[str, str, str]  # day, amount, balance


def plain(money: str) -> str:
    """«−$ 1.234,50» and «-1234,50» alike as «-1234.50»."""
    return re.sub(r"[$\s\xa0.]", "", money).replace("−", "-").replace(",", ".")


def in_database(movements: Any) -> list[Figures]:
    return [(f"{m.day:%d/%m/%Y}", str(m.amount), str(m.balance)) for m in movements]


def on_the_page(client: Client, product: Product) -> list[Figures]:
    """Through every «Ver más»."""
    figures, address = [], f"{PAGE}?producto={product.number}"
    while address:
        page = client.get(address)
        figures += [(row.day, plain(row.amount), plain(row.balance)) for row in listed(page)]
        more = re.search(r'href="(\?[^"]*cursor=[^"]*)#', page.content.decode())
        address = PAGE + more[1].replace("&amp;", "&") if more else ""
    return figures


def in_the_csv(client: Client, product: Product) -> list[Figures]:
    lines = b"".join(client.get(f"{PAGE}movimientos.csv", {"producto": product.number}).streaming_content).decode()
    rows = [line.split(";") for line in lines.splitlines()[1:]]
    return [(row[2], plain(row[5]), plain(row[6])) for row in rows]


MONEY = r"−?\$ [\d.]+,\d\d"


def in_the_pdf(client: Client, month: str) -> tuple[list[Figures], list[str]]:
    """Its movements, and the closing balances."""
    text = printed(client.get(f"{PAGE}extracto.pdf", {"mes": month}).content, "-raw")
    rows = re.findall(rf"(\d\d/\d\d/\d{{4}}) Cuota ({MONEY}) ({MONEY})", text)
    closings = re.findall(rf"Saldo final\s+({MONEY})", text)
    return [(day, plain(amount), plain(balance)) for day, amount, balance in rows], [plain(closing) for closing in closings]


# Without shrinking: a failure would take minutes to get smaller, and its ledger is short anyway.
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(drawn=ledgers)
def test_page_csv_pdf_and_database_are_the_same_to_the_cent(member: Member, clock: Any, drawn: Any):
    Product.objects.all().delete()
    products = [
        add_movements(
            make_product(member, number=f"2-{place}", kind=kind),
            sorted((day, "Cuota", amount) for day, amount in moves),
            opening=opening,
        )
        for place, (kind, opening, moves) in enumerate(drawn)
    ]
    client = enter(Client(), member, clock.now)
    for product in products:
        stored = in_database(product.movements.order_by("-day", "-pk"))
        assert on_the_page(client, product) == stored
        assert in_the_csv(client, product) == stored
    by_place = sorted(products, key=lambda product: product.place)
    shown = client.get(PAGE).context["overview"]
    for month in shown.months:
        stored = Movement.objects.in_period(month.first_day, month.last_day).oldest_first()
        figures, closings = in_the_pdf(client, str(month))
        assert figures == in_database(sorted(stored, key=lambda movement: by_place.index(movement.product)))
        if month == shown.months[0]:
            assert closings == [str(product.balance) for product in by_place]
    assert shown.owned == sum((p.balance for p in products if p.is_owned), Decimal())
    assert shown.owed == sum((p.balance for p in products if not p.is_owned), Decimal())
