"""SQLite's write-ahead log, switched on once: the file keeps it.

Set on every connection it fails under parallel load, because the switch needs the file alone.
"""

from typing import Any

from django.db import connections


def switch_on_wal(using: str = "default", **kwargs: Any) -> None:
    """After `migrate`; readers then go on while somebody writes."""
    connection = connections[using]
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
