"""An empty portal inside this very process, on a database of its own, for scripts that need no server."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def empty_portal() -> Iterator[None]:
    """Set Django up on a new SQLite file that is thrown away; call it before anything of the portal is imported."""
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
