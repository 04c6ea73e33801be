"""Queries for a page of movements, in plain SQL: the ORM takes longer to compile one than PostgreSQL to run it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

from statements.criteria import Criteria
from statements.months import Month
from statements.paging import Place
from statements.text_pattern import pattern_of

if TYPE_CHECKING:
    from accounts.models import Member

CENT = Decimal("0.01")
AT_ONCE = 1_000  # rows of the CSV that are in memory together
NEWEST = """
SELECT id, product_id, day, reference, concept, amount, balance FROM statements_movement
WHERE {conditions} ORDER BY day DESC, id DESC LIMIT %s"""
COUNT = "SELECT COUNT(*) FROM statements_movement WHERE member_id = %s AND day >= %s AND day < %s"
LIKE_WORD = {"postgresql": "concept ~* %s", "sqlite": "concept REGEXP '(?i)' || %s"}


class Row(NamedTuple):
    """A movement; fifty model instances would take longer to make than to read."""

    id: int
    product_id: int
    day: dt.date
    reference: str
    concept: str
    amount: Decimal
    balance: Decimal


def newest(member: "Member", asked: Criteria, place: Place | None, size: int) -> list[Row]:
    """At most `size` of what was asked for, newest first, after `place`; none while the period cannot be understood."""
    if not asked.form.is_valid():
        return []
    with connection.cursor() as cursor:
        cursor.execute(*newest_sql(member, asked, place, size))
        found = cursor.fetchall()
    return [Row._make((*row[:5], cents(row[5]), cents(row[6]))) for row in found]


def all_of(member: "Member", asked: Criteria) -> Iterator[Row]:
    """Every one of them, read as it is sent."""
    rows = newest(member, asked, None, AT_ONCE)
    while rows:
        yield from rows
        rows = newest(member, asked, Place(rows[-1].day, rows[-1].id), AT_ONCE)


def newest_sql(member: "Member", asked: Criteria, place: Place | None, size: int) -> tuple[str, list[Any]]:
    """The statement and its values. The member is always there; the cursor's place is one comparison of two columns."""
    period = asked.form.cleaned_data
    since, until, text = period["desde"], period["hasta"], period["texto"]
    wanted: list[tuple[str, list[Any]]] = [("member_id = %s", [member.pk])]
    wanted += [("product_id = %s", [asked.product.pk])] if asked.product else []
    wanted += [("day >= %s", [since.isoformat()])] if since else []
    wanted += [("day <= %s", [until.isoformat()])] if until else []
    wanted += [(LIKE_WORD[connection.vendor], [pattern_of(text)])] if text else []
    wanted += [("(day, id) < (%s, %s)", [place.day.isoformat(), place.number])] if place else []
    conditions = " AND ".join([condition for condition, _ in wanted])
    return NEWEST.format(conditions=conditions), [value for _, values in wanted for value in values] + [size]


def count(member: "Member", month: Month) -> int:
    """How many movements he has in `month`, of all products."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [member.pk, month.first_day.isoformat(), month.next.first_day.isoformat()])
        return int(cursor.fetchone()[0])


def cents(value: Decimal | float) -> Decimal:
    """SQLite hands out floating point: the nearest cent is the number that was stored."""
    return value if isinstance(value, Decimal) else Decimal(value).quantize(CENT)
