"""PostgreSQL's advisory locks, held until the transaction ends: PgBouncer in transaction mode keeps no session lock."""

from django.db import connection


def try_lock(number: int) -> bool:
    """Whether this transaction holds the lock `number` now; never waits. SQLite has one writer, so its answer is yes."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])
