"""Insert the staged movements that continue their product's ledger. Amounts are in cents.

A movement must begin where the one before ended: the one before in the file, else the last one stored. Files come oldest or
newest first: of the two orders within a day the one counts in which the product's movements add up. If they do so in
neither, nothing of that product goes in, so that what is stored always adds up and a correct file can still follow.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection

STAGED, JUDGED = "staged_movements", "judged_movements"

# why: NULL goes in, `same` is there already, anything else is refused. `place` orders the movements of one day.
# Both orders can add up within a single day (+5, -5): then the one that ends in the balance the core sent.
JUDGE = """
CREATE TEMPORARY TABLE judged_movements AS
WITH known AS (
    SELECT staged.*, product.id AS product_id, product.member_id, product.ledger_on,
        CAST(ROUND(product.balance * 100) AS bigint) AS core_balance,
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
    SELECT file_line, product_id, balance, core_balance,
        LAG(balance, 1, ledger_balance) OVER oldest_first + amount AS expected_down,
        LAG(balance, 1, ledger_balance) OVER newest_first + amount AS expected_up,
        LEAD(file_line) OVER oldest_first IS NULL AS ends_down,
        LEAD(file_line) OVER newest_first IS NULL AS ends_up
    FROM sorted WHERE why IS NULL
    WINDOW oldest_first AS (PARTITION BY product_id ORDER BY day, file_line),
        newest_first AS (PARTITION BY product_id ORDER BY day, file_line DESC)
), counted AS (
    SELECT product_id,
        COUNT(CASE WHEN expected_down <> balance THEN 1 END) AS breaks_down,
        COUNT(CASE WHEN expected_up <> balance THEN 1 END) AS breaks_up,
        COUNT(CASE WHEN ends_down AND balance = core_balance THEN 1 END) AS agrees_down,
        COUNT(CASE WHEN ends_up AND balance = core_balance THEN 1 END) AS agrees_up
    FROM chained GROUP BY product_id
), ordered AS (
    SELECT product_id, breaks_up < breaks_down OR (breaks_up = breaks_down AND agrees_up > agrees_down) AS upwards,
        CASE WHEN breaks_up < breaks_down THEN breaks_up ELSE breaks_down END AS breaks
    FROM counted
)
SELECT sorted.file_line, number, reference, day, concept, amount, sorted.balance, sorted.product_id, member_id,
    CASE WHEN upwards THEN -sorted.file_line ELSE sorted.file_line END AS place,
    CASE WHEN upwards THEN expected_up ELSE expected_down END AS expected,
    CASE WHEN why IS NOT NULL THEN why
        WHEN breaks = 0 THEN NULL
        WHEN CASE WHEN upwards THEN expected_up ELSE expected_down END <> sorted.balance THEN 'broken'
        ELSE 'beside'
        END AS why
FROM sorted
LEFT JOIN chained ON chained.file_line = sorted.file_line
LEFT JOIN ordered ON ordered.product_id = chained.product_id
"""

COUNT = "SELECT COUNT(CASE WHEN why IS NULL THEN 1 END), COUNT(CASE WHEN why = 'same' THEN 1 END) FROM judged_movements"

REFUSED = """
SELECT why, expected, file_line, number, reference, day, concept, amount, balance
FROM judged_movements WHERE why <> 'same' ORDER BY file_line
"""

INSERT = """
INSERT INTO statements_movement (product_id, member_id, reference, day, concept, amount, balance)
SELECT product_id, member_id, reference, day, concept, amount / 100.0, balance / 100.0
FROM judged_movements WHERE why IS NULL ORDER BY product_id, day, place
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
    WINDOW ledger AS (PARTITION BY product_id ORDER BY day, place
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
