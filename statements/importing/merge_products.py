"""Classify staged products as new, changed, older or the same, and merge them. Staged amounts are in cents.

The product has the figures of its newest cut-off. Those that a newer one replaces are kept in `statements_cutoff`; the row of
an older file goes there at once and changes nothing else (docs/decisions/0047).
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from statements.models import FIGURES

STAGED, JUDGED = "staged_products", "judged_products"
KEYS = ("document", "number")  # find the row; all other columns are its values

# why: `new`, `changed`, `older` (fills its own date) and `moved` (another member's until now) can go in, `same` is there
# already, others are refused. An older file moves nothing: the product may have passed to another member since.
JUDGE = """
CREATE TEMPORARY TABLE judged_products AS
WITH known AS (
    SELECT staged.*, member.id AS member_id, stored.id AS stored_id, stored.member_id AS owner_id,
        ROW_NUMBER() OVER (PARTITION BY staged.number ORDER BY staged.file_line) AS turn,
        staged.cutoff_on < stored.cutoff_on AS is_older, {changes} AS is_changed,
        earlier.id IS NULL OR {earlier_changes} AS is_earlier_changed
    FROM staged_products staged
    LEFT JOIN accounts_member member ON member.document = staged.document AND member.in_registry
    LEFT JOIN statements_product stored ON stored.number = staged.number
    LEFT JOIN statements_cutoff earlier ON earlier.product_id = stored.id AND earlier.day = staged.cutoff_on
)
SELECT known.*, CASE
    WHEN member_id IS NULL THEN 'unknown'
    WHEN turn > 1 THEN 'twice'
    WHEN stored_id IS NULL THEN 'new'
    WHEN is_older AND is_earlier_changed THEN 'older'
    WHEN is_older THEN 'same'
    WHEN owner_id <> member_id THEN 'moved'
    WHEN is_changed THEN 'changed'
    ELSE 'same' END AS why
FROM known
"""

COUNT = "SELECT why, COUNT(*) FROM judged_products GROUP BY why"

REFUSED = "SELECT why, file_line, {columns} FROM judged_products WHERE why IN ({reasons}) ORDER BY file_line"

INSERT = """
INSERT INTO statements_product (member_id, number, {columns})
SELECT member_id, number, {values} FROM judged_products WHERE why = 'new' ORDER BY file_line
"""

KEEP_REPLACED = """
INSERT INTO statements_cutoff (product_id, day, {figures})
SELECT product.id, product.cutoff_on, {values}
FROM judged_products judged JOIN statements_product product ON product.id = judged.stored_id
WHERE judged.why IN ('changed', 'moved') AND judged.cutoff_on > product.cutoff_on
"""

# With the first file of a new month, of the month before only its last cut-off is kept: no extract reads the others, and daily
# files would leave thirty times as many rows.
DROP_SUPERSEDED = """
DELETE FROM statements_cutoff WHERE id IN (
    SELECT cutoff.id FROM judged_products judged
    JOIN statements_product product ON product.id = judged.stored_id
    JOIN statements_cutoff cutoff ON cutoff.product_id = product.id
    WHERE judged.why IN ('changed', 'moved') AND {month_of_judged} > {month_of_product} AND cutoff.day >= {month_of_product})
"""
MONTH = {"postgresql": "CAST(date_trunc('month', {}) AS date)", "sqlite": "date({}, 'start of month')"}

UPDATE = """
UPDATE statements_product SET member_id = judged.member_id, {values},
    first_cutoff_on = CASE WHEN judged.cutoff_on > statements_product.cutoff_on
        THEN COALESCE(statements_product.first_cutoff_on, statements_product.cutoff_on)
        ELSE statements_product.first_cutoff_on END
FROM judged_products judged WHERE statements_product.id = judged.stored_id AND judged.why IN ('changed', 'moved')
"""

FILL_EARLIER = """
INSERT INTO statements_cutoff (product_id, day, {figures})
SELECT stored_id, cutoff_on, {values} FROM judged_products WHERE why = 'older'
ON CONFLICT (product_id, day) DO UPDATE SET {excluded}
"""

REACH_BACK = """
UPDATE statements_product SET first_cutoff_on = judged.cutoff_on
FROM judged_products judged WHERE statements_product.id = judged.stored_id AND judged.why = 'older'
    AND judged.cutoff_on < COALESCE(statements_product.first_cutoff_on, statements_product.cutoff_on)
"""

# What was published with the product was the other member's: this one must not read it.
UNPUBLISH_MOVED = """
DELETE FROM statements_publishedaccount
WHERE product_id IN (SELECT stored_id FROM judged_products WHERE why = 'moved')
"""

# A movement repeats its product's member.
MOVE_MOVEMENTS = """
UPDATE statements_movement SET member_id = judged.member_id
FROM judged_products judged WHERE statements_movement.product_id = judged.stored_id AND judged.why = 'moved'
"""


def judge_products(columns: Sequence[str], money: Sequence[str]) -> dict[str, int]:
    """Judge all that is staged; how many rows there are of each `why`."""
    changes = _changes("stored", [column for column in columns if column not in KEYS], money)
    earlier_changes = _changes("earlier", [column for column in columns if column in FIGURES], money)
    with connection.cursor() as cursor:
        cursor.execute(JUDGE.format(changes=changes, earlier_changes=earlier_changes))
        cursor.execute(COUNT)
        return dict(cursor.fetchall())


def _changes(table: str, columns: Sequence[str], money: Sequence[str]) -> str:
    return " OR ".join(f"{_stored(table, column, money)} {_differs()} staged.{column}" for column in columns)


def _differs() -> str:
    return "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"


def _stored(table: str, column: str, money: Sequence[str]) -> str:
    return f"CAST(ROUND({table}.{column} * 100) AS bigint)" if column in money else f"{table}.{column}"


def refused_products(columns: Sequence[str], reasons: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Why, line, and the row; in the order of the file."""
    sql = REFUSED.format(columns=", ".join(columns), reasons=", ".join(["%s"] * len(reasons)))
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, reasons)
        while rows := cursor.fetchmany(2_000):
            yield from rows


def merge_products(columns: Sequence[str], money: Sequence[str], *, with_moved: bool) -> None:
    """Put in what was found good; the caller holds the transaction. Columns that the file lacks stay as they are."""
    values = {column: f"{column} / 100.0" if column in money else column for column in columns if column not in KEYS}
    statements = [
        INSERT.format(columns=", ".join(values), values=", ".join(values.values())),
        DROP_SUPERSEDED.format(month_of_judged=_month("judged"), month_of_product=_month("product")),
        KEEP_REPLACED.format(figures=", ".join(FIGURES), values=", ".join(f"product.{name}" for name in FIGURES)),
        UPDATE.format(values=", ".join(f"{name} = judged.{value}" for name, value in values.items())),
        _fill_earlier({name: value for name, value in values.items() if name in FIGURES}),
        REACH_BACK,
        UNPUBLISH_MOVED,
        MOVE_MOVEMENTS,
    ]
    with connection.cursor() as cursor:
        if not with_moved:
            cursor.execute("DELETE FROM judged_products WHERE why = 'moved'")
        for statement in statements:
            cursor.execute(statement)


def _month(table: str) -> str:
    return MONTH[connection.vendor].format(f"{table}.cutoff_on")


def _fill_earlier(values: dict[str, str]) -> str:
    excluded = ", ".join(f"{name} = excluded.{name}" for name in values)
    return FILL_EARLIER.format(figures=", ".join(values), values=", ".join(values.values()), excluded=excluded)
