"""Twenty clients request a large file and stop reading: all other pages respond as before."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from tests.attacks.portal import Browser, Portal, running_portal
from tests.attacks.test_parallel import _server

READERS = 20
SHEET = "/estado-de-cuenta/movimientos.csv"
MAKE = """
from django.db import connection
from tests.makers import make_member
from tests.access import choose
from tests.statements.ledgers import make_product
member = make_member(document="32451867")
choose(member, "48271")
product = make_product(member)
with connection.cursor() as cursor:
    cursor.execute('''
INSERT INTO statements_movement (product_id, member_id, reference, day, concept, amount, balance)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
SELECT %s, %s, 'r' || i, '2021-10-01', 'Compra con tarjeta en el supermercado de la esquina ' || i, 1, 1 FROM n
''', [product.pk, member.pk])
"""


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """An empty database of the kind this test run uses."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        yield f"sqlite:///{folder}/portal.sqlite3"
        return
    server, name = _server(), f"slow_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield server.rsplit("/", 1)[0] + f"/{name}"
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    with database(tmp_path) as url, running_portal(tmp_path, url, workers=1, HASHES_AT_ONCE="2") as running:
        running.run(MAKE)
        yield running


@contextmanager
def slow_reader(portal: Portal, inside: Browser) -> Iterator[bytes]:
    """Ask for the file over a socket with the smallest buffer, read its first bytes and no more."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(60)
        connection.connect(("127.0.0.1", portal.port))
        cookies = "; ".join(f"{name}={value}" for name, value in inside.cookies.items())
        connection.sendall(f"GET {SHEET} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookies}\r\n\r\n".encode())
        yield connection.recv(64)


def test_twenty_slow_readers_of_a_large_file_delay_no_other_page(portal: Portal) -> None:
    inside = Browser(portal.port).open("/acceso/")
    assert inside.post("/acceso/", {"documento": "32451867", "clave": "48271"})[0] == 302
    with ExitStack() as readers:
        for _ in range(READERS):
            assert readers.enter_context(slow_reader(portal, inside)).startswith(b"HTTP/1.1 200")
        begun = time.monotonic()
        assert inside.get("/estado-de-cuenta/")[0] == 200
        assert Browser(portal.port).open("/recuperar/").post("/recuperar/", {"documento": "99999999"})[0] == 302
        assert time.monotonic() - begun < 5
