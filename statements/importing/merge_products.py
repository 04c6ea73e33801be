"""Classify staged products as new, changed or the same, and merge them. Staged amounts are in cents."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

STAGED, JUDGED = "staged_products", "judged_products"
KEYS = ("document", "number")  # find the row; all other columns are its values

# why: `new`, `changed` and `moved` (another member's until now) can go in, `same` is there already, others are refused.
JUDGE = """
CREATE TEMPORARY TABLE judged_products AS
WITH known AS (
    SELECT staged.*, member.id AS member_id, stored.id AS stored_id, stored.member_id AS owner_id,
        ROW_NUMBER() OVER (PARTITION BY staged.number ORDER BY staged.file_line) AS turn,
        {changes} AS is_changed
    FROM staged_products staged
    LEFT JOIN accounts_member member ON member.document = staged.document AND member.in_registry
    LEFT JOIN statements_product stored ON stored.number = staged.number
)
SELECT known.*, CASE
    WHEN member_id IS NULL THEN 'unknown'
    WHEN turn > 1 THEN 'twice'
    WHEN stored_id IS NULL THEN 'new'
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

UPDATE = """
UPDATE statements_product SET member_id = judged.member_id, {values}
FROM judged_products judged WHERE statements_product.id = judged.stored_id AND judged.why IN ('changed', 'moved')
"""

# A movement repeats its product's member.
MOVE_MOVEMENTS = """
UPDATE statements_movement SET member_id = judged.member_id
FROM judged_products judged WHERE statements_movement.product_id = judged.stored_id AND judged.why = 'moved'
"""


def judge_products(columns: Sequence[str], money: Sequence[str]) -> dict[str, int]:
    """Judge all that is staged; how many rows there are of each `why`."""
    changes = [f"{_stored(column, money)} {_differs()} staged.{column}" for column in columns if column not in KEYS]
    with connection.cursor() as cursor:
        cursor.execute(JUDGE.format(changes=" OR ".join(changes)))
        cursor.execute(COUNT)
        return dict(cursor.fetchall())


def _differs() -> str:
    return "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"


def _stored(column: str, money: Sequence[str]) -> str:
    return f"CAST(ROUND(stored.{column} * 100) AS bigint)" if column in money else f"stored.{column}"


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
    with connection.cursor() as cursor:
        if not with_moved:
            cursor.execute("DELETE FROM judged_products WHERE why = 'moved'")
        cursor.execute(INSERT.format(columns=", ".join(values), values=", ".join(values.values())))
        cursor.execute(UPDATE.format(values=", ".join(f"{name} = judged.{value}" for name, value in values.items())))
        cursor.execute(MOVE_MOVEMENTS)
