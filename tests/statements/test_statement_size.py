"""The page reads only the rows it shows, by an index, however many movements there are."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client

from accounts.models import Member
from statements.criteria import criteria_of
from statements.models import Cutoff, Product
from statements.movements import newest_sql
from statements.paging import Place
from statements.past_balances import known_on, known_sql
from tests.statements.ledgers import add_movements, listed, make_product


@pytest.fixture
def account(member: Member) -> Product:
    days = [date(2019, 1, 1) + timedelta(days=place // 2) for place in range(2_000)]
    account = add_movements(make_product(member), [(day, "Cuota", Decimal(1)) for day in days])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "postgresql":  # small tables fit in few pages; large ones are what this is about
            cursor.execute("SET enable_seqscan = off")
            cursor.execute("SET enable_bitmapscan = off")
    return account


def explained(sql: str, values: list[Any]) -> str:
    explain = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    with connection.cursor() as cursor:
        cursor.execute(explain + sql, values)
        return "\n".join(str(row) for row in cursor.fetchall())


def plan_of(member: Member, products: list[Product], sent: str, place: Place | None = None) -> str:
    asked = criteria_of(member, QueryDict(sent), products)
    assert asked.form.is_valid()
    return explained(*newest_sql(member, asked, place, 51))


def test_the_last_movements_of_a_member_are_one_walk_along_an_index(account: Product, member: Member):
    plan = plan_of(member, [account], "")
    assert "movement_of_member" in plan
    assert not sorts(plan)


def test_so_is_a_page_of_a_product_after_a_cursor(account: Product, member: Member):
    sent = f"producto={account.number}&desde=2020-01-01"
    plan = plan_of(member, [account], sent, Place(date(2021, 1, 1), 900))
    assert "movement_of_product" in plan
    assert not sorts(plan)


def sorts(plan: str) -> bool:
    return "Sort" in plan or "TEMP B-TREE" in plan


def test_each_months_balance_is_one_look_into_an_index(account: Product, member: Member):
    Product.objects.filter(pk=account.pk).update(first_cutoff_on=date(2019, 6, 30))
    Cutoff.objects.create(product=account, day=date(2019, 6, 30), balance=Decimal(361))
    account.refresh_from_db()
    plan = explained(*known_sql([member.pk], [date(2019, 12, 31)]))
    assert plan.count("movement_of_product") >= 3
    assert "cutoff_once_a_day" in plan or "sqlite_autoindex_statements_cutoff" in plan
    known = known_on([account], [date(2019, 12, 31)])[account.pk, date(2019, 12, 31)]
    assert (known.balance, known.figures_on) == (Decimal(729), date(2019, 6, 30))


def test_a_page_far_back_reads_no_more_than_the_first(inside: Client, account: Product):
    far = listed(inside.get("/estado-de-cuenta/", {"producto": account.number, "hasta": "2019-03-01"}))
    assert len(far) == 50
    assert far[0].day == "01/03/2019"
