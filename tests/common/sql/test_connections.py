"""Connections that the server closed are detected before a page uses them."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

pytestmark = pytest.mark.django_db(transaction=True)
END_ALL = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


def end_all_connections() -> None:
    """Close every pooled connection, as a restarting PostgreSQL does; on SQLite there are none."""
    connection.close()
    if connection.vendor == "postgresql":
        there = settings.DATABASES["default"]
        address = {"host": there["HOST"], "port": there["PORT"] or 5432, "user": there["USER"], "password": there["PASSWORD"]}
        with psycopg.connect(dbname="postgres", autocommit=True, **address) as other:
            other.execute(END_ALL, [connection.settings_dict["NAME"]])


POOLED = 8  # connections at work at the same moment


def use_many_connections() -> None:
    """Leave several connections in the pool, as a busy portal does."""
    together = threading.Barrier(POOLED)

    def use() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            together.wait(20)
        connection.close()

    with ThreadPoolExecutor(POOLED) as threads:
        for done in [threads.submit(use) for _ in range(POOLED)]:
            done.result()


def test_a_page_opens_within_a_second_after_the_server_ended_many_connections():
    use_many_connections()
    end_all_connections()
    started = time.monotonic()
    assert Client().post("/recuperar/", {"documento": "32451867"}).status_code == 302
    assert time.monotonic() - started < 1


def test_pages_open_at_once_after_the_server_ended_every_connection():
    for _ in range(3):
        assert Client().post("/recuperar/", {"documento": "32451867"}).status_code == 302
        end_all_connections()
        assert Client().post("/recuperar/", {"documento": "32451867"}).status_code == 302
