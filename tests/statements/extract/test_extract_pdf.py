import io
import re
import subprocess
from datetime import date
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from django.test import Client

from accounts.models import Member
from statements.models import Product
from tests.statements.ledgers import add_movements, make_product

pytestmark = pytest.mark.poppler
EXTRACT = "/estado-de-cuenta/extracto.pdf"


def printed(pdf: bytes, *options: str) -> str:
    """The text as poppler reads it, in reading order, with plain spaces."""
    text = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    return text.replace("\xa0", " ")


def get_extract(client: Client, month: str = "2021-10") -> bytes:
    return client.get(EXTRACT, {"mes": month}).content


@pytest.fixture
def account(member: Member) -> Product:
    entries = [
        (date(2021, 9, 30), "Consignación de septiembre", Decimal("1000.25")),
        (date(2021, 10, 1), "Nómina", Decimal("2500000.50")),
        (date(2021, 10, 20), "Retiro en oficina", Decimal("-300000.75")),
    ]
    return add_movements(make_product(member), entries, opening=Decimal(500))


def test_its_figures_add_up(inside: Client, account: Product):
    text = printed(get_extract(inside), "-layout")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    for line in (
        "Saldo anterior $ 1.500,25",
        "Entradas $ 2.500.000,50",
        "Salidas $ 300.000,75",
        "Saldo final $ 2.201.500,00",
        "01/10/2021 Nómina $ 2.500.000,50 $ 2.501.500,75",
        "20/10/2021 Retiro en oficina −$ 300.000,75 $ 2.201.500,00",
        "Lo que tengo (aportes y ahorros) $ 2.201.500,00",
    ):
        assert line in lines
    assert "septiembre" not in text


def test_it_says_who_issued_it_for_whom_and_as_of_when(inside: Client, account: Product):
    text = printed(get_extract(inside))
    for words in (
        "Cooperen · NIT 890.900.123-4 · Datos al 20 de octubre de 2021",
        "Página 1 de 1",
        "Extracto de octubre de 2021",
        "Rosa Elena Gómez Restrepo",
        "Documento 32.451.867",
        "¿Necesita ayuda? Llame al (604) 555 0142",
    ):
        assert words in text


def test_its_text_comes_in_reading_order(inside: Client, member: Member, account: Product):
    make_product(member, number="40-1", kind="credito", line="Educación", balance=Decimal(9))
    make_product(member, number="10-1", kind="aportes", line="Aportes", balance=Decimal(7))
    text = printed(get_extract(inside), "-raw")  # as the file has it; otherwise poppler guesses columns
    words = [
        "Extracto de octubre", "Rosa Elena", "Resumen", "Lo que tengo", "Aportes sociales", "Aportes 10-1", "Ahorros",
        "Ahorro permanente 20-1", "Saldo anterior", "Fecha", "Concepto", "Valor", "01/10/2021", "Nómina", "20/10/2021",
        "Créditos", "Educación 40-1",
    ]  # fmt: skip
    for word in words:
        _, found, text = text.partition(word)
        assert found, f"{word} does not follow"


def test_a_past_month_is_dated_at_its_end(inside: Client, account: Product):
    assert "Datos al 30 de septiembre de 2021" in printed(get_extract(inside, "2021-09"))


def test_without_a_month_it_is_the_latest(inside: Client, account: Product):
    answer = inside.get(EXTRACT)
    assert answer["Content-Disposition"] == 'attachment; filename="extracto-2021-10.pdf"'
    assert answer["Content-Type"] == "application/pdf"
    assert "Extracto de octubre de 2021" in printed(answer.content)


def test_the_page_lists_every_month_there_is(inside: Client, member: Member):
    add_movements(make_product(member), [(date(2020, 11, 3), "Cuota", Decimal(1)), (date(2021, 2, 3), "Cuota", Decimal(1))])
    page = inside.get("/estado-de-cuenta/").content.decode()
    months = [f"{year}-{month:02}" for year, month in [(2020, 11), (2020, 12), *((2021, month) for month in range(1, 11))]]
    assert all(f'href="{EXTRACT}?mes={month}"' in page for month in months)
    assert page.count(f"{EXTRACT}?mes=") == len(months)
    assert all(inside.get(EXTRACT, {"mes": month}).status_code == 200 for month in months)


def test_a_product_without_movements_stands_in_the_month_of_its_data(inside: Client, member: Member):
    make_product(member, balance=Decimal("77.70"))
    text = printed(get_extract(inside))
    assert "Sin detalle de sus movimientos." in text
    assert "$ 77,70" in text


def test_concepts_are_text_and_never_layout(inside: Client, member: Member):
    concept = "#panic() *a* _b_ = c $x$ <d> @e `f` \\u{41} // g"
    add_movements(make_product(member), [(date(2021, 10, 1), concept, Decimal(1))])
    assert concept in printed(get_extract(inside), "-layout")


# ---- a file for everyone: PDF/UA-1 -----------------------------------------------------------------------------------


@pytest.fixture
def pdf(inside: Client, account: Product) -> Any:
    return pikepdf.open(io.BytesIO(get_extract(inside)))


def walk(node: Any) -> Any:
    """The names of the tags in their order."""
    if isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield str(node.S)
    children = node.get("/K", []) if isinstance(node, pikepdf.Dictionary) else []
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary):
            yield from walk(child)


def test_it_is_tagged_in_spanish_with_a_title(pdf: Any):
    assert pdf.Root.Lang == "es-CO"
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    assert pdf.docinfo["/Title"] == "Extracto de octubre de 2021"
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Extracto de octubre de 2021"


def test_its_headings_are_in_order_and_its_tables_have_headers(pdf: Any):
    tags = list(walk(pdf.Root.StructTreeRoot))
    headings = [tag for tag in tags if tag.startswith("/H") and tag != "/H"]
    assert headings == ["/H1", "/H2", "/H2", "/H3"]
    assert tags.count("/TH") == 4
    assert "/Figure" not in tags


def test_its_pages_are_letter_and_it_is_not_locked(pdf: Any):
    assert [float(side) for side in pdf.pages[0].mediabox] == [0, 0, 612, 792]
    assert not pdf.is_encrypted


def test_its_letters_are_twelve_points_at_least(pdf: Any):
    sizes = [
        operands[1] for page in pdf.pages for operands, operator in pikepdf.parse_content_stream(page) if str(operator) == "Tf"
    ]
    assert sizes
    assert min(sizes) >= 12


def test_its_fonts_travel_along(inside: Client, account: Product):
    listed = subprocess.run(["pdffonts", "-"], input=get_extract(inside), capture_output=True, check=True).stdout.decode()
    fonts = listed.splitlines()[2:]
    assert fonts
    assert all(" yes yes yes " in font for font in fonts)  # embedded, only the letters used, with their Unicode


def test_it_weighs_a_hundred_kilobytes_at_most(inside: Client, member: Member):
    entries = [(date(2021, 10, 1 + place // 6), f"Compra con tarjeta {place}", Decimal(1_000 + place)) for place in range(100)]
    add_movements(make_product(member), entries)
    assert len(get_extract(inside)) <= 100_000


@pytest.mark.parametrize(("products", "movements"), [(1, 1), (1, 100), (4, 10), (8, 30)])
def test_the_page_says_about_how_much_it_weighs(inside: Client, member: Member, products: int, movements: int):
    for number in range(products):
        entries = [(date(2021, 10, 1), f"Compra con tarjeta {place}", Decimal(-1_000 - place)) for place in range(movements)]
        add_movements(make_product(member, number=f"20-{number}"), entries, opening=Decimal(9_000_000))
    said = re.search(r"Extracto de octubre de 2021 \(PDF, unos (\d+) KB\)", inside.get("/estado-de-cuenta/").content.decode())
    assert said
    assert int(said[1]) - 14 <= len(get_extract(inside)) / 1_000 <= int(said[1])
