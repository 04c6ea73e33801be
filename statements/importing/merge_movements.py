"""Insert the staged movements that continue their product's ledger. Amounts are in cents.

A movement must begin where the one before ended: the one before in the file, else the last one stored. After a
break nothing more of that product goes in, so that what is stored always adds up.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection

STAGED, JUDGED = "staged_movements", "judged_movements"

# why: NULL goes in, `same` is there already, anything else is refused.
JUDGE = """
CREATE TEMPORARY TABLE judged_movements AS
WITH known AS (
    SELECT staged.*, product.id AS product_id, product.member_id, product.ledger_on,
        CAST(ROUND(product.ledger_balance * 100) AS bigint) AS ledger_balance,
        ROW_NUMBER() OVER (PARTITION BY staged.number, staged.reference ORDER BY staged.file_line) AS turn,
        stored.id IS NOT NULL AS is_stored,
        stored.day = staged.day AND stored.concept = staged.concept
            AND CAST(ROUND(stored.amount * 100) AS bigint) = staged.amount
            AND CAST(ROUND(stored.balance * 100) AS bigint) = staged.balance AS is_same
    FROM staged_movements staged
    LEFT JOIN statements_product product ON product.number = staged.number
    LEFT JOIN statements_movement stored ON stored.product_id = product.id AND stored.reference = staged.reference
), sorted AS (
    SELECT known.*, CASE
        WHEN product_id IS NULL THEN 'unknown'
        WHEN turn > 1 THEN 'twice'
        WHEN is_stored AND is_same THEN 'same'
        WHEN is_stored THEN 'different'
        WHEN day < ledger_on THEN 'early'
        END AS why
    FROM known
), chained AS (
    SELECT file_line, LAG(balance, 1, ledger_balance) OVER ledger AS balance_before
    FROM sorted WHERE why IS NULL
    WINDOW ledger AS (PARTITION BY product_id ORDER BY day, file_line)
), judged AS (
    SELECT sorted.*, chained.balance_before + sorted.amount AS expected,
        COUNT(CASE WHEN chained.balance_before + sorted.amount <> sorted.balance THEN 1 END)
            OVER (PARTITION BY sorted.product_id, sorted.why ORDER BY sorted.day, sorted.file_line) AS breaks
    FROM sorted LEFT JOIN chained ON chained.file_line = sorted.file_line
)
SELECT file_line, number, reference, day, concept, amount, balance, product_id, member_id, expected,
    CASE WHEN why IS NOT NULL THEN why
        WHEN breaks = 1 AND expected <> balance THEN 'broken'
        WHEN breaks > 0 THEN 'after'
        END AS why
FROM judged
"""

COUNT = "SELECT COUNT(CASE WHEN why IS NULL THEN 1 END), COUNT(CASE WHEN why = 'same' THEN 1 END) FROM judged_movements"

REFUSED = """
SELECT why, expected, file_line, number, reference, day, concept, amount, balance
FROM judged_movements WHERE why <> 'same' ORDER BY file_line
"""

INSERT = """
INSERT INTO statements_movement (product_id, member_id, reference, day, concept, amount, balance)
SELECT product_id, member_id, reference, day, concept, amount / 100.0, balance / 100.0
FROM judged_movements WHERE why IS NULL ORDER BY product_id, day, file_line
"""

# The product remembers where its ledger begins and ends.
SUM_UP = """
UPDATE statements_product SET
    ledger_from = COALESCE(ledger_from, span.first_day),
    ledger_opening = COALESCE(ledger_opening, span.opening / 100.0),
    ledger_on = span.last_day,
    ledger_balance = span.closing / 100.0
FROM (
    SELECT DISTINCT product_id,
        FIRST_VALUE(day) OVER ledger AS first_day, FIRST_VALUE(balance - amount) OVER ledger AS opening,
        LAST_VALUE(day) OVER ledger AS last_day, LAST_VALUE(balance) OVER ledger AS closing
    FROM judged_movements WHERE why IS NULL
    WINDOW ledger AS (PARTITION BY product_id ORDER BY day, file_line
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
) span
WHERE statements_product.id = span.product_id
"""


def judge_movements() -> tuple[int, int]:
    """Judge all that is staged: how many are new and may go in, how many are there already."""
    with connection.cursor() as cursor:
        cursor.execute(JUDGE)
        cursor.execute(COUNT)
        new, same = cursor.fetchone()
        return new, same


def refused_movements() -> Iterator[tuple[Any, ...]]:
    """Why, the balance expected (cents), line, and the row; in the order of the file."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(REFUSED)
        while rows := cursor.fetchmany(2_000):
            yield from rows


def merge_movements() -> None:
    """Put in what was found good; the caller holds the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT)
        cursor.execute(SUM_UP)
