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
    """A movement: creating fifty model instances would take longer than reading them."""

    id: int
    product_id: int
    day: dt.date
    reference: str
    concept: str
    amount: Decimal
    balance: Decimal


def newest(member: "Member", asked: Criteria, place: Place | None, size: int) -> list[Row]:
    """At most `size` of the movements asked for, newest first, after `place`; none if the form is not valid."""
    if not asked.form.is_valid():
        return []
    with connection.cursor() as cursor:
        cursor.execute(*newest_sql(member, asked, place, size))
        found = cursor.fetchall()
    return [Row._make((*row[:5], cents(row[5]), cents(row[6]))) for row in found]


def all_of(member: "Member", asked: Criteria) -> Iterator[Row]:
    """All movements asked for, read in batches of `AT_ONCE`."""
    rows = newest(member, asked, None, AT_ONCE)
    while rows:
        yield from rows
        rows = newest(member, asked, Place(rows[-1].day, rows[-1].id), AT_ONCE)


def newest_sql(member: "Member", asked: Criteria, place: Place | None, size: int) -> tuple[str, list[Any]]:
    """The statement of `newest` and its values. It always names the member; the place is one comparison of two columns."""
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
    """The number of the member's movements in `month`, of all products."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [member.pk, month.first_day.isoformat(), month.next.first_day.isoformat()])
        return int(cursor.fetchone()[0])


def cents(value: Decimal | float) -> Decimal:
    """The amount as stored: SQLite returns floating point, of which the nearest cent is right."""
    return value if isinstance(value, Decimal) else Decimal(value).quantize(CENT)
