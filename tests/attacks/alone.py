"""An empty portal in this process, on a database of its own, for scripts that need no server."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def empty_portal() -> Iterator[None]:
    """Set Django up on a temporary SQLite file; call it before importing any module of the portal."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TEST_DATABASE_URL"] = f"sqlite:///{folder}/alone.sqlite3"
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import logging

        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        logging.disable(logging.ERROR)
        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
        yield
        connection.close()
