"""Switch on SQLite's write-ahead log once; the database file keeps the setting.

Set on every connection it fails under parallel load, because the switch needs an exclusive lock.
"""

from typing import Any

from django.db import connections


def switch_on_wal(using: str = "default", **kwargs: Any) -> None:
    """Handler of `post_migrate`. In WAL mode a writer does not block readers."""
    connection = connections[using]
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
