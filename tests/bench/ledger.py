# ruff: noqa: S608  the names put into these statements are ours
"""Give every member a ledger, as after years of monthly files: the table in the order of its dates.

python -m tests.bench.ledger MOVEMENTS      (in the environment of `tests.bench.portal`; needs a superuser of PostgreSQL)

Everybody without a product gets one with so many movements; the members that `furnish.py` names get sixty or 20,000.
Made by set statements, the indexes built afterwards: twenty million rows take a few minutes.
"""

import sys

import django

from tests.bench.furnish import MANY, SIXTY, SIXTY_IN_TEN

PRODUCTS, DEEP = 10, 2_000
NUMBERED = "SELECT id, row_number() OVER (ORDER BY document) - 1 AS number FROM accounts_member WHERE in_registry"
PLAN = f"""
CREATE TEMPORARY TABLE plan AS
SELECT member.id AS member_id,
  CASE WHEN number IN ({MANY}, {SIXTY_IN_TEN}) THEN {PRODUCTS} WHEN number BETWEEN {SIXTY[0]} AND {SIXTY[-1]} THEN 3 ELSE 1 END
    AS products,
  CASE WHEN number = {MANY} THEN {DEEP} WHEN number = {SIXTY_IN_TEN} THEN 60 / {PRODUCTS}
    WHEN number BETWEEN {SIXTY[0]} AND {SIXTY[-1]} THEN 20 ELSE %s END AS depth
FROM ({NUMBERED}) member
WHERE NOT EXISTS (SELECT 1 FROM statements_product WHERE member_id = member.id)"""
OPEN = """
INSERT INTO statements_product (member_id, number, kind, line, balance, cutoff_on, opened_on,
  ledger_from, ledger_opening, ledger_on, ledger_balance)
SELECT member_id, format('30-%s-%s', member_id, place), (ARRAY['aportes', 'ahorro', 'cdat', 'credito'])[1 + (place - 1) % 4],
  'Producto ' || place, 1000 + 10 * depth, current_date, '2015-03-02',
  current_date - 720, 1000, current_date - 720 / depth, 1000 + 10 * depth
FROM plan CROSS JOIN generate_series(1, products) place"""
POST = """
INSERT INTO statements_movement (product_id, member_id, reference, day, concept, amount, balance)
SELECT product.id, product.member_id, 'R' || lpad(at::text, 5, '0'), current_date - (720 * (depth - at + 1) / depth),
  'Consignación de nómina ' || at, 10, 1000 + 10 * at
FROM plan JOIN statements_product product USING (member_id) CROSS JOIN generate_series(%s, %s) at
WHERE at <= depth ORDER BY at, product.id"""


def main(movements: int) -> None:
    django.setup()
    from django.db import connection

    from statements.models import Movement

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no foreign key is looked up twenty million times
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(PLAN, [movements])
        cursor.execute(OPEN)
        with connection.schema_editor() as editor:
            _indexes(editor, Movement, "remove")
        for at in range(1, movements + 1):
            cursor.execute(POST, [at, at])
        cursor.execute(POST, [movements + 1, DEEP])
        with connection.schema_editor() as editor:
            _indexes(editor, Movement, "add")


def _indexes(editor, model, verb: str) -> None:  # type: ignore[no-untyped-def]
    for index in model._meta.indexes:
        getattr(editor, f"{verb}_index")(model, index)
    for constraint in model._meta.constraints:
        getattr(editor, f"{verb}_constraint")(model, constraint)


if __name__ == "__main__":
    main(int(sys.argv[1]))
