"""No url, parameter or cursor shows another member's data."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import REALM_KEY, Member
from statements.models import Movement, Product
from statements.paging import Place, cursor_after
from tests.statements.ledgers import add_movements, enter, listed, make_product, text_of

PAGE = "/estado-de-cuenta/"
LOST = "No pudimos seguir desde donde iba. Estos son los más recientes."


def cursor_behind(member: Member, movement: Movement) -> str:
    return cursor_after(member, Place(movement.day, movement.pk))


@pytest.fixture
def hernans(other_member: Member) -> Product:
    """Hernán's account, with more movements than a page shows and words nobody else uses."""
    entries = [(date(2021, 10, 1), "Herencia", Decimal(1_000)) for _ in range(70)]
    return add_movements(make_product(other_member, number="77-7", line="Ahorro de Hernán"), entries)


@pytest.fixture
def rosas(member: Member) -> Product:
    entries = [(date(2021, 10, 1), "Sueldo", Decimal(2_000)) for _ in range(70)]
    return add_movements(make_product(member), entries)


def says_nothing_of_hernan(text: str) -> bool:
    return not re.search(r"77-7|Herencia|Hernán|1\.000,00|70\.000,00", text)


@pytest.mark.parametrize("name", ["", "movimientos.csv"])
def test_anothers_product_is_a_page_that_repeats_nothing(inside: Client, rosas: Product, hernans: Product, name: str):
    page = inside.get(PAGE + name, {"producto": hernans.number})
    nobodys = inside.get(PAGE + name, {"producto": "77-8"})
    assert page.status_code == nobodys.status_code == 404
    assert says_nothing_of_hernan(text_of(page))
    assert page.content == nobodys.content


def test_a_month_that_is_not_there_is_a_page_that_repeats_nothing(inside: Client, rosas: Product):
    for month in ("2019-01", "2021-13", "octubre", "2021-10 ", "٢٠٢١-١٠", "../../x", "\0", "<script>", "2021-1"):
        page = inside.get(f"{PAGE}extracto.pdf", {"mes": month})
        assert page.status_code == 404
        assert month not in text_of(page)


def test_a_month_only_another_has_is_not_there(inside: Client, rosas: Product, other_member: Member):
    add_movements(make_product(other_member, number="77-7"), [(date(2020, 1, 1), "Herencia", Decimal(1))])
    assert inside.get(f"{PAGE}extracto.pdf", {"mes": "2020-01"}).status_code == 404


def test_another_members_cursor_shows_only_ones_own(inside: Client, rosas: Product, hernans: Product, other_member: Member):
    cursor = cursor_behind(other_member, Movement.objects.filter(product=hernans).order_by("-day", "-pk")[49])
    page = inside.get(PAGE, {"cursor": cursor})
    assert LOST in text_of(page)
    assert {row.concept for row in listed(page)} == {"Sueldo"}


@pytest.mark.parametrize("cursor", ["x", "20211001-5", "20211001-5.", ".", "\0", "20211001-5.AAAA", "🙈" * 99, "{}"])
def test_an_invented_cursor_is_no_cursor(inside: Client, rosas: Product, cursor: str):
    page = inside.get(PAGE, {"cursor": cursor})
    assert page.status_code == 200
    assert LOST in text_of(page)


def test_a_cursor_cannot_be_moved(inside: Client, rosas: Product, member: Member):
    cursor = cursor_behind(member, Movement.objects.filter(product=rosas).order_by("-day", "-pk")[49])
    day, signature = cursor.split(".", 1)
    assert LOST not in text_of(inside.get(PAGE, {"cursor": cursor}))
    assert LOST in text_of(inside.get(PAGE, {"cursor": f"{day}9.{signature}"}))


def test_no_file_of_a_member_holds_anothers_figures(inside: Client, rosas: Product, hernans: Product):
    sheet = b"".join(inside.get(f"{PAGE}movimientos.csv").streaming_content).decode()
    assert says_nothing_of_hernan(sheet)
    assert sheet.count("Sueldo") == 70


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_sent_to_it(inside: Client, rosas: Product, method: str):
    for name in ("", "movimientos.csv", "extracto.pdf"):
        assert getattr(inside, method)(PAGE + name).status_code == 405


def test_a_staff_session_opens_no_statement(client: Client, staff: Member, clock: Any):
    enter(client, staff, clock.now)
    session = client.session
    session[REALM_KEY] = "staff"
    session.save()
    assert client.get(PAGE).status_code == 302


def test_products_of_everyone_stay_apart(client: Client, member: Member, other_member: Member, clock: Any):
    texts = []
    for someone, word in ((member, "Sueldo"), (other_member, "Herencia")):
        add_movements(make_product(someone, number=f"20-{word}"), [(date(2021, 10, 1), word, Decimal(5))])
        texts.append(text_of(enter(Client(), someone, clock.now).get(PAGE)))
    assert_only(texts, ("Sueldo", "Herencia"))


def assert_only(texts: Iterable[str], words: Iterable[str]) -> None:
    for text, word in zip(texts, words, strict=True):
        assert [other for other in words if other in text] == [word]
