import gzip
import re
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from accounts.models import Member
from common.colombia.formats import fecha_corta, pesos
from statements.models import Cutoff, Movement, Product
from tests.access import choose, sign_in
from tests.statements.invented import invent_products
from tests.statements.ledgers import add_movements, listed, make_product, text_of

PAGE = "/estado-de-cuenta/"
EARLY_OCTOBER = date(2021, 10, 1)


def shown(client: Client, **query: str) -> str:
    return text_of(client.get(PAGE, query))


def test_it_shows_what_the_member_has_owes_and_pays_next(inside: Client, member: Member):
    make_product(member, balance=Decimal("1500000.50"))
    make_product(member, number="10-1", kind="aportes", line="Aportes sociales", balance=Decimal(250_000))
    make_product(
        member, number="40-1", kind="credito", line="Educación", balance=Decimal(900_000), instalment=Decimal(85_000),
        next_payment_on=date(2021, 11, 5),
    )  # fmt: skip
    text = shown(inside)
    assert "Su próximo pago: $ 85.000,00 el 5 de noviembre" in text
    assert "Lo que tengo $ 1.750.000,50" in text
    assert "Lo que debo $ 900.000,00 Falta de capital en 1 crédito. Los intereses y la mora van aparte." in text


def test_it_says_whose_it_is_and_as_of_when(inside: Client, member: Member):
    make_product(member)
    text = shown(inside)
    assert "Rosa Elena Gómez Restrepo · documento 32.451.867" in text
    assert "Datos al 20 de octubre de 2021" in text


def test_its_blocks_come_in_the_order_of_the_guide(inside: Client, products: list[Product]):
    page = inside.get(PAGE).content.decode()
    assert re.findall(r"<h[12][^>]*>(.*?)</h[12]>", page) == [
        "Estado de cuenta", "Mis productos", "Cómo va lo que tengo", "Últimos movimientos", "Descargar",
    ]  # fmt: skip
    order = (
        "Salida Segura",
        "Datos al",
        "Lo que debe pagar",
        "Lo que tengo",
        "Lo que debo",
        "Cada mes debe pagar",
        "Mis productos",
    )
    places = [page.index(words) for words in order]
    assert places == sorted(places)
    assert page.index("Cambiar Clave") < page.index("<footer>") < page.index("Por seguridad, su consulta se cierra")


def test_each_product_opens_its_facts(inside: Client, member: Member):
    make_product(
        member, number="40-1", kind="credito", line="Educación", balance=Decimal(750_000), initial_amount=Decimal(1_000_000),
        annual_rate=Decimal("12.68"), instalment=Decimal(85_000), opened_on=date(2020, 1, 26), matures_on=date(2024, 1, 26),
        instalments_left=9,
    )  # fmt: skip
    page = inside.get(PAGE)
    for words in (
        "Educación debe $ 750.000,00 Faltan 9 cuotas", "Ha pagado $ 250.000,00 de $ 1.000.000,00 de capital: 25 %.",
        "Número 40-1", "Valor de la cuota $ 85.000,00", "Interés al año (E. A.) 12,68 %", "Apertura 26 de enero de 2020",
        "Vencimiento 26 de enero de 2024",
    ):  # fmt: skip
        assert words in text_of(page)
    assert '<rect width="25" height="1"/>' in page.content.decode()


def test_a_product_with_older_data_says_so(inside: Client, member: Member):
    make_product(member)
    make_product(member, number="30-1", kind="cdat", line="CDAT", cutoff_on=date(2021, 9, 30))
    text = shown(inside)
    assert "CDAT tiene datos al 30 de septiembre de 2021." in text
    assert "Dato al 30 de septiembre de 2021" in text


def test_a_balance_that_its_movements_do_not_reach_says_both_days(inside: Client, member: Member):
    product = add_movements(make_product(member), [(EARLY_OCTOBER, "Consignación", Decimal(50_000))])
    Product.objects.filter(pk=product.pk).update(balance=Decimal(70_000))
    assert "El saldo es al 20 de octubre de 2021. Los movimientos llegan hasta el 1 de octubre de 2021." in shown(inside)


def test_a_member_without_products_reads_a_sentence_and_no_zero(inside: Client):
    text = shown(inside)
    assert "Todavía no hay productos a su nombre" in text
    assert "$" not in text


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}movimientos.csv", f"{PAGE}extracto.pdf"])
def test_without_its_data_it_shows_no_figures(inside: Client, products: list[Product], monkeypatch: Any, address: str):
    def broken(*args: Any) -> None:
        raise DatabaseError

    monkeypatch.setattr("statements.views.products_of", broken)
    page = inside.get(address)
    assert page.status_code == 503
    assert "No pudimos mostrar sus saldos. Intente más tarde o llame al (604) 555 0142." in text_of(page)
    assert "$" not in text_of(page)


def test_it_says_when_the_session_ends_and_how_to_stay(inside: Client, products: list[Product], clock: Any):
    clock.forward(minutes=5)
    page = inside.get(PAGE, {"producto": products[0].number})
    assert "Por seguridad, su consulta se cierra a las 3:35 p. m. si no la usa." in text_of(page)
    assert f'href="{PAGE}?producto={products[0].number}">Seguir conectado' in page.content.decode()


def test_a_session_never_seems_to_outlive_its_eight_hours(inside: Client, products: list[Product], clock: Any):
    for _ in range(47):
        clock.forward(minutes=10)
        page = inside.get(PAGE)
    assert "se cierra a las 11:15 p. m." in text_of(page)


def test_it_shows_the_previous_sign_in_and_failed_attempts(client: Client, member: Member, clock: Any):
    choose(member, "48271")
    for key in ("48271", "11112", "48271"):
        sign_in(client, member.document, key)
        clock.forward(minutes=2)
    text = shown(client)
    assert "Ingreso anterior: 21 de octubre de 2021 a las 3:15 p. m." in text
    assert "Último intento fallido: 21 de octubre de 2021 a las 3:17 p. m. Si no fue usted, llame" in text


def test_a_visitor_without_a_session_is_redirected_to_sign_in(client: Client):
    for name in ("", "movimientos.csv", "extracto.pdf"):
        assert client.get(PAGE + name)["Location"] == "/acceso/"


def test_nothing_of_it_stays_in_the_browser(inside: Client, products: list[Product]):
    for name in ("", "movimientos.csv", "extracto.pdf"):
        assert inside.get(PAGE + name)["Cache-Control"] == "no-store"


def test_four_bars_and_twelve_months_tell_how_it_grew(inside: Client, member: Member):
    entries = [(date(2021, month, 10), "Cuota", Decimal(1_000)) for month in range(1, 11)]
    add_movements(make_product(member), [(date(2020, 1, 10), "Cuota", Decimal(5_000)), *entries])
    page = inside.get(PAGE)
    assert "Tiene $ 10.000,00 más que hace un año." in text_of(page)
    bars = re.findall(r'<li>([\d/]+) <b>(.*?)</b>.*?<rect width="(\d+)"', page.content.decode())
    assert bars == [
        ("20/10/2021", "$\xa015.000,00", "100"), ("20/07/2021", "$\xa012.000,00", "80"),
        ("20/04/2021", "$\xa09.000,00", "60"), ("20/10/2020", "$\xa05.000,00", "33"),
    ]  # fmt: skip
    rows = re.findall(r'<th scope="row">(.*?)</th><td class="valor">(.*?)</td>', page.content.decode())
    assert len(rows) == 12
    assert rows[0] == ("octubre de 2021", "$\xa015.000,00")
    assert rows[-1] == ("noviembre de 2020", "$\xa05.000,00")


def test_no_month_is_told_before_all_balances_are_known(inside: Client, member: Member):
    add_movements(make_product(member), [(date(2021, 8, 10), "Cuota", Decimal(1_000))], opening=Decimal(5_000))
    page = inside.get(PAGE)
    rows = re.findall(r'<th scope="row">(.*?)</th>', page.content.decode())
    assert rows == ["octubre de 2021", "septiembre de 2021", "agosto de 2021", "julio de 2021"]
    assert "De Ahorro permanente faltan datos de meses anteriores: esos meses no se comparan." in text_of(page)


def test_what_was_opened_lately_does_not_pass_for_growth(inside: Client, member: Member):
    add_movements(make_product(member), [(date(2020, 1, 10), "Cuota", Decimal(5_000))])
    made = make_product(member, number="30-1", kind="cdat", line="CDAT a 180 días")
    add_movements(made, [(date(2021, 9, 1), "Apertura de CDAT", Decimal(9_000_000))])
    text = shown(inside)
    assert "Tiene $ 9.000.000,00 más que hace un año." in text
    assert "De lo que tiene, $ 9.000.000,00 está en lo que abrió después: CDAT a 180 días." in text


def test_movements_after_the_cutoff_count_on_the_page_as_in_the_extract(inside: Client, member: Member):
    product = add_movements(make_product(member, cutoff_on=date(2021, 10, 1)), [(date(2021, 9, 10), "Cuota", Decimal(5_000))])
    Movement.objects.create(
        product=product, member=member, reference="x", day=date(2021, 10, 9), concept="Cuota", amount=700, balance=5_700
    )
    Product.objects.filter(pk=product.pk).update(ledger_on=date(2021, 10, 9), ledger_balance=Decimal(5_700))
    assert "Datos al 9 de octubre de 2021" in shown(inside)
    assert "Lo que tengo $ 5.700,00" in shown(inside)
    assert "Saldo $ 5.700,00 Número" in shown(inside, producto=product.number)


@pytest.mark.parametrize("query", [{}, {"desde": "2000-01-01"}, {"producto": "<20&1>"}])
def test_what_stands_in_a_file_is_text_and_nothing_else(inside: Client, member: Member, query: dict):
    text = """<i>&"'</i>"""
    product = make_product(member, number="<20&1>", line=text, cutoff_on=date(2021, 10, 1))
    add_movements(product, [(date(2021, 10, 1), f"Pago {text}", Decimal(1)), (date(2021, 10, 2), text, Decimal(1))])
    page = inside.get(PAGE, query)
    assert "<i>" not in page.content.decode()
    assert page.content.decode().count("&lt;i&gt;&amp;&quot;&#x27;&lt;/i&gt;") >= 3
    assert [row.concept for row in listed(page)] == [text, f"Pago {text}"]


def test_what_is_typed_comes_back_as_text(inside: Client, products: list[Product]):
    typed = """"><b>&'"""
    page = inside.get(PAGE, {"texto": typed, "desde": typed, "hasta": "2021-10-01"}).content.decode()
    assert "<b>" not in page
    assert '<input type="date" name="hasta" value="2021-10-01" id="id_hasta">' in page
    for name in ("texto", "desde"):
        assert f'<input type="text" name="{name}" value="&quot;&gt;&lt;b&gt;&amp;&#x27;" ' in page


# ---- looking for movements -------------------------------------------------------------------------------------------


def test_the_overview_has_the_last_ten_movements_of_all_products(inside: Client, products: list[Product], member: Member):
    latest = Movement.objects.for_member(member).order_by("-day", "-pk")[:10]
    expected = [(fecha_corta(m.day), m.concept, m.product.name, pesos(m.amount).replace("\xa0", " "), "") for m in latest]
    assert listed(inside.get(PAGE)) == expected


def test_a_product_opens_its_own_movements(inside: Client, products: list[Product]):
    page = inside.get(PAGE, {"producto": products[1].number})
    latest = products[1].movements.order_by("-day", "-pk")[:50]
    assert [row.balance for row in listed(page)] == [pesos(m.balance).replace("\xa0", " ") for m in latest]
    assert f"Movimientos de {products[1].name}" in text_of(page)


def test_a_period_and_a_word_without_accents_find_their_movements(inside: Client, member: Member):
    entries = [(date(2021, 9, day), concept, Decimal(1_000)) for day, concept in ((1, "NÓMINA"), (2, "Retiro"), (9, "Nómina"))]
    add_movements(make_product(member), entries)
    page = inside.get(PAGE, {"desde": "02/09/2021", "hasta": "2021-09-30", "texto": "nomina"})
    assert [row.day for row in listed(page)] == ["09/09/2021"]
    assert [row.day for row in listed(inside.get(PAGE, {"texto": "nómina"}))] == ["09/09/2021", "01/09/2021"]


@pytest.mark.parametrize("mark", ["%", "_", "\\", "'", ".", "*", "[", "(", "ñ", "$", "^", "|", "+", "{2}"])
def test_a_word_is_looked_for_as_it_is_written(inside: Client, member: Member, mark: str):
    add_movements(make_product(member), [(EARLY_OCTOBER, "Retiro", Decimal(1)), (EARLY_OCTOBER, f"a{mark}b", Decimal(1))])
    assert [row.concept for row in listed(inside.get(PAGE, {"texto": mark}))] == [f"a{mark}b"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"desde": "ayer"}, "En «Desde» escriba la fecha así: 01/10/2021"),
        ({"hasta": "2021-02-30"}, "En «Hasta» escriba la fecha así: 01/10/2021"),
        ({"desde": "2021-10-02", "hasta": "2021-10-01"}, "La fecha final debe ser la misma de la inicial o una posterior"),
        ({"texto": "a" * 61}, "Escriba una palabra más corta"),
    ],
)
def test_what_cannot_be_understood_is_said_at_its_field(inside: Client, products: list[Product], query: dict, sentence: str):
    page = inside.get(PAGE, {"texto": "retiro", "producto": products[1].number} | query)
    html = page.content.decode()
    assert page.status_code == 200
    assert html.count(sentence) == 2
    assert "<title>Error: " in html
    assert all(f'value="{value}"' in html for value in query.values())
    assert not listed(page)


def test_the_csv_of_a_bad_period_leads_back_to_its_sentence(inside: Client, products: list[Product]):
    page = inside.get(f"{PAGE}movimientos.csv", {"desde": "ayer"}, follow=True)
    assert page.redirect_chain == [(f"{PAGE}?desde=ayer", 302)]
    assert "En «Desde» escriba la fecha así: 01/10/2021" in text_of(page)


def test_seeing_more_walks_through_every_movement_once(inside: Client, member: Member):
    days = [EARLY_OCTOBER + timedelta(days=place // 40) for place in range(170)]
    add_movements(make_product(member), [(day, f"Cuota {place}", Decimal(1)) for place, day in enumerate(days)])
    seen, query = [], ""
    while True:
        page = inside.get(PAGE + query)
        seen += [row.concept for row in listed(page)]
        if not (more := re.search(r'href="(\?[^"]*cursor=[^"]*)#movimientos"', page.content.decode())):
            break
        query = more[1].replace("&amp;", "&")
    assert seen == [f"Cuota {place}" for place in reversed(range(170))]


def test_seeing_more_keeps_what_was_looked_for(inside: Client, member: Member):
    product = add_movements(make_product(member), [(EARLY_OCTOBER, f"Cuota {place % 2}", Decimal(1)) for place in range(150)])
    page = inside.get(PAGE, {"producto": product.number, "texto": "cuota 1"})
    more = re.search(r'href="(\?[^"]*cursor=[^"]*)#movimientos"', page.content.decode())
    rest = listed(inside.get(PAGE + more[1].replace("&amp;", "&")))
    assert [row.concept for row in rest] == ["Cuota 1"] * 25


# ---- what it costs ---------------------------------------------------------------------------------------------------


def test_more_rows_cost_no_more_queries(
    inside: Client, member: Member, other_member: Member, clock: Any, django_assert_num_queries: Any
):
    make_product(member)
    with django_assert_num_queries(7):
        inside.get(PAGE)
    for seed in range(3):
        invent_products(member, Random(seed), today=clock.now.date())
    with django_assert_num_queries(7):
        inside.get(PAGE)
    Cutoff.objects.create(product=Product.objects.first(), day=date(2021, 6, 30), balance=Decimal(1))
    Product.objects.update(first_cutoff_on=date(2021, 6, 30))
    with django_assert_num_queries(8):  # earlier cut-offs are read too
        inside.get(PAGE)
    with django_assert_num_queries(4):  # no growth, no entries
        inside.get(PAGE, {"desde": "2020-01-01", "texto": "a"})


def test_it_weighs_ten_kilobytes_at_most(inside: Client, member: Member, clock: Any):
    for seed in range(8):  # about thirty products
        invent_products(member, Random(seed), today=clock.now.date())
    for query in ({}, {"texto": "a"}):
        assert len(gzip.compress(inside.get(PAGE, query).content, 6)) <= 10_240


def test_a_search_says_what_it_looked_for(inside: Client, products: list[Product]):
    found = shown(inside, desde="01/10/2021", texto="nómina")
    assert "Solo desde el 01/10/2021, con «nómina»." in found
    assert "Movimientos de esta búsqueda para Excel (CSV)" in found
    assert "No hay movimientos hasta el 05/01/1999." in shown(inside, hasta="1999-01-05")


def test_all_movements_of_a_product_are_called_no_search(inside: Client, products: list[Product]):
    found = shown(inside, producto=products[0].number)
    assert "Movimientos de Aportes sociales para Excel (CSV)" in found
    assert "Solo" not in found
