"""Fills a database as an older portal left it (`before.json`), upgrades it, and says what is still there.

`python -m tests.upgrade.after` runs in a process of its own, on the empty database that `TEST_DATABASE_URL` names.
The rows were written through the pages of the portal before the rate limits had an app of their own.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

BEFORE = json.loads(Path(__file__).with_name("before.json").read_text(encoding="utf-8"))
WHEN = datetime(2021, 10, 21, 20, 16, tzinfo=UTC)  # a minute after the rows were written


def fill() -> None:
    """The tables of that time, and its rows."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    leaves = [(app, name) for app, name in BEFORE["leaves"]]
    executor.migrate(leaves)
    apps = executor.loader.project_state(leaves).apps
    for label, rows in BEFORE["rows"].items():
        model = apps.get_model(label)
        model.objects.all().delete()
        model.objects.bulk_create([model(**_values(model, row)) for row in rows])
    _set_sequences()


def _values(model: Any, row: dict[str, Any]) -> dict[str, Any]:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return {name: None if value is None else fields[name].to_python(value) for name, value in row.items()}


def _set_sequences() -> None:
    """PostgreSQL draws numbers itself and has not seen those that came with the rows."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return
    tables = ("accounts_member", "accounts_accesskey", "accounts_pastkey", "accounts_miss", "accounts_knowndevice")
    tables += ("accounts_notice", "recovery_attempt")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT MAX(id) FROM {table}))")  # noqa: S608


def found() -> dict[str, Any]:
    """What the upgraded portal makes of it."""
    from django.db import connection
    from django.test import Client

    from audit.verify import first_break
    from ratelimits.models import RateLimit

    inside = Client()
    inside.cookies.load(BEFORE["cookies"])
    kept = {row["id"]: row["tat"] for row in BEFORE["rows"]["accounts.Budget"]}
    return {
        "rate limits as before": dict(RateLimit.objects.values_list("pk", "tat")) == kept,
        "tables of rate limits": [
            name for name in connection.introspection.table_names() if "limit" in name or "budget" in name
        ],
        "statement in the old session": inside.get("/estado-de-cuenta/").status_code,
        "locked-out member with the right key": _sign_in("71223904", "48271"),
        "other member with the right key": _sign_in("32451867", "60382"),
        "first break of the trail": str(first_break()),
        "missing migrations": _missing_migrations(),
    }


def _sign_in(document: str, key: str) -> int:
    from django.test import Client

    return Client().post("/acceso/", {"documento": document, "clave": key}).status_code


def _missing_migrations() -> int:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


if __name__ == "__main__":
    import logging

    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    setup_test_environment()
    with mock.patch("django.utils.timezone.now", lambda: WHEN):
        fill()
        call_command("migrate", verbosity=0)
        print(json.dumps(found()))
