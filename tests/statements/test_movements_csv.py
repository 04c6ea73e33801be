import csv
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Member
from tests.statements.ledgers import add_movements, make_product

SHEET = "/estado-de-cuenta/movimientos.csv"


def rows_of(client: Client, **query: str) -> list[dict[str, str]]:
    text = b"".join(client.get(SHEET, query).streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def test_it_opens_in_a_spanish_spreadsheet(inside: Client, member: Member):
    add_movements(make_product(member), [(date(2021, 10, 1), "Compra en niñería", Decimal("-1234.50"))], opening=Decimal(2_000))
    answer = inside.get(SHEET)
    content = b"".join(answer.streaming_content)
    assert content.startswith(b"\xef\xbb\xbfnumero;producto;fecha;")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="movimientos.csv"'
    assert rows_of(inside) == [
        {
            "numero": "20-1", "producto": "Ahorro permanente", "fecha": "01/10/2021", "referencia": "r0",
            "concepto": "Compra en niñería", "valor": "-1234,50", "saldo": "765,50",
        }
    ]  # fmt: skip


def test_it_has_all_of_the_period_that_the_page_shows(inside: Client, member: Member):
    entries = [(date(2021, 9, 1 + place % 28), f"Cuota {place}", Decimal(1)) for place in range(120)]
    add_movements(make_product(member), sorted(entries))
    assert len(rows_of(inside)) == 120
    assert {row["fecha"] for row in rows_of(inside, desde="2021-09-05", hasta="06/09/2021")} == {"05/09/2021", "06/09/2021"}
    assert len(rows_of(inside, texto="cuota 11")) == 11


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", " =", "＝"])
def test_no_concept_becomes_a_formula(inside: Client, member: Member, start: str):
    add_movements(make_product(member, line=f"{start}1+1"), [(date(2021, 10, 1), f"{start}cmd()", Decimal(1))])
    row = rows_of(inside)[0]
    assert row["concepto"] == f"'{start}cmd()"
    assert row["producto"] == f"'{start}1+1"


def test_it_is_sent_as_it_is_read(inside: Client, member: Member):
    add_movements(make_product(member), [(date(2021, 10, 1), "Cuota", Decimal(1))] * 1)
    assert inside.get(SHEET).streaming
