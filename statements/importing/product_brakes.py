# ruff: noqa: S608  the names put into these statements are ours
"""What a products file may not do to many without `--yes`, one row a kind (the rule is `common/files/brakes.py`).

Balances, rates and dates of payment change every day; what identifies a product does not, and no fact is emptied at once for
many.
"""

from collections.abc import Collection
from typing import NamedTuple

from django.db import connection

from common.files.brakes import Change


class Brake(NamedTuple):
    """Products whose `column` the file would change as `becomes` says, of those whose stored value is one."""

    column: str
    becomes: str  # condition on the judged row
    sentence: str
    is_value: str = "stored.{column} IS NOT NULL"


REPLACED = "(judged.{column} IS NULL OR judged.{column} <> stored.{column})"
MONEY_REPLACED = "(judged.{column} IS NULL OR judged.{column} <> CAST(ROUND(stored.{column} * 100) AS bigint))"
EMPTIED = "judged.{column} IS NULL"
FILLED_TEXT = "stored.{column} <> ''"
BRAKES = (
    Brake("document", "judged.owner_id <> judged.member_id", "pasaría {} de {} productos a otro documento", "TRUE"),
    Brake("kind", REPLACED, "cambiaría el tipo de {} de {} productos"),
    Brake("line", REPLACED, "cambiaría la línea de {} de {} productos", FILLED_TEXT),
    Brake("balance", "judged.balance = 0", "dejaría en cero {} de {} saldos", "stored.balance <> 0"),
    Brake("instalment", EMPTIED, "borraría {} de {} cuotas"),
    Brake("annual_rate", EMPTIED, "borraría {} de {} tasas"),
    Brake("initial_amount", MONEY_REPLACED, "cambiaría {} de {} valores iniciales"),
    Brake("instalments_left", EMPTIED, "borraría {} de {} números de cuotas pendientes"),
    Brake("opened_on", REPLACED, "cambiaría {} de {} fechas de apertura"),
    Brake("matures_on", EMPTIED, "borraría {} de {} fechas de vencimiento"),
)


def product_changes(columns: Collection[str]) -> list[Change]:
    """The counts of the judged file, of those columns that it has; asked before the merge."""
    brakes = [brake for brake in BRAKES if brake.column in columns]
    holds = [brake.is_value.format(column=brake.column) for brake in brakes]
    happens = [f"{has} AND {brake.becomes.format(column=brake.column)}" for brake, has in zip(brakes, holds, strict=True)]
    joined = "judged_products judged JOIN statements_product stored ON stored.id = judged.stored_id"
    counts = _counted(happens, f"{joined} WHERE judged.why IN ('changed', 'moved')")
    of = _counted(holds, "statements_product stored") if any(counts) else counts
    return [Change(count, total, brake.sentence) for brake, count, total in zip(brakes, counts, of, strict=True)]


def _counted(conditions: list[str], rows: str) -> tuple[int, ...]:
    counts = ", ".join(f"COUNT(CASE WHEN {condition} THEN 1 END)" for condition in conditions)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts} FROM {rows}")
        return cursor.fetchone()
