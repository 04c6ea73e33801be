"""Database triggers that make the audit trail append-only, on both databases.

They prevent slips and simple tampering; the MAC chain detects the rest. `post_migrate` creates them again, because SQLite
drops them when it rebuilds a table; `doctor` checks that they exist.
"""

from typing import Any

from django.db import connections

from audit.chain import START
from audit.models import Head

SQLITE = {
    "event_no_update": "BEFORE UPDATE ON audit_event",
    "event_no_delete": "BEFORE DELETE ON audit_event",
    "event_no_second": "BEFORE INSERT ON audit_event WHEN EXISTS (SELECT 1 FROM audit_event WHERE number = NEW.number)",
    "head_no_delete": "BEFORE DELETE ON audit_head",
    "head_no_return": "BEFORE UPDATE ON audit_head WHEN NEW.number < OLD.number",
}
POSTGRES = {
    "event_no_update": "BEFORE UPDATE OR DELETE ON audit_event FOR EACH ROW",
    "event_no_truncate": "BEFORE TRUNCATE ON audit_event FOR EACH STATEMENT",
    "head_no_delete": "BEFORE DELETE ON audit_head FOR EACH ROW",
    "head_no_return": "BEFORE UPDATE ON audit_head FOR EACH ROW WHEN (NEW.number < OLD.number)",
}
TABLE = {"event": "audit_event", "head": "audit_head"}
FUNCTION = """CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit trail is append-only'; END $$"""


def _statements(vendor: str) -> list[str]:
    if vendor == "sqlite":
        body = "BEGIN SELECT RAISE(ABORT, 'audit trail is append-only'); END"
        return [f"CREATE TRIGGER IF NOT EXISTS {name} {when} {body}" for name, when in SQLITE.items()]
    return [FUNCTION] + [
        f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION audit_refuse()" for name, when in POSTGRES.items()
    ]


def put_back_triggers(using: str = "default", **kwargs: Any) -> None:
    """Handler of `post_migrate`: create the triggers and the head row if they are missing."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)
    Head.objects.using(using).get_or_create(pk=1, defaults={"number": 0, "mac": START})


def drop_triggers(using: str = "default") -> None:
    """Drop the triggers, for test databases that must be emptied."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name in SQLITE if connection.vendor == "sqlite" else POSTGRES:
            table = "" if connection.vendor == "sqlite" else f" ON {TABLE[name.split('_')[0]]}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{table}")


def missing_triggers(using: str = "default") -> list[str]:
    """Names of missing or disabled triggers."""
    connection = connections[using]
    wanted, query = (
        (SQLITE, "SELECT name FROM sqlite_master WHERE type = 'trigger'")
        if connection.vendor == "sqlite"
        else (POSTGRES, "SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'")
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    return [name for name in wanted if name not in present]
