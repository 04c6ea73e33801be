"""`make faults`: take away, one after the other, what the portal stands on, and see that nothing is lost or open.

    python -m tests.faults.drill            small sizes, a few minutes
    python -m tests.faults.drill --long     200 kills, a minute without mail, five minutes of lost connections

One line each; exit 1 on a miss. Connections are killed on PostgreSQL (TEST_DATABASE_URL names the server); without one
that line says so and counts as a miss.
"""

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path

import psycopg
from psycopg import sql

from tests.attacks.drill import _run, _tell
from tests.attacks.mail_sink import Sink, mail_sink
from tests.attacks.over_http import Finding
from tests.attacks.portal import Browser, Portal, free_port, running_portal
from tests.faults.database_kills import MAKE, TRAIL, opens_soon

SERVER = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/portal").rsplit("/", 1)[0]
MAIL_ANSWERS = "tests/outbox/test_mail_answers.py"
QUEUE = """
from outbox.queue import put_message
for number in range({mails}):
    put_message(kind="prueba", to=f"a{{number}}@correo.example", subject="Prueba", text=f"texto {{number}}")
"""
LEFT = "from outbox.models import Message; print(Message.objects.exclude(state='sent').count())"
DUE = "from outbox.models import Message; Message.objects.filter(state='queued').update(due_at='2020-01-01T00:00Z')"


def wrong_keys(portal: Portal, tries: int) -> None:
    """Send as fast as one client can; errors are ignored."""
    for number in range(tries):
        with suppress(OSError, HTTPException):
            Browser(portal.port).open("/acceso/").post("/acceso/", {"documento": "32451867", "clave": f"{number:05d}"})


def cache_gone(_: bool) -> Finding:
    """CACHE_URL points to a Redis that is not there."""
    with tempfile.TemporaryDirectory() as folder:
        cache = f"redis://127.0.0.1:{free_port()}/0"
        with running_portal(Path(folder), f"sqlite:///{folder}/portal.sqlite3", CACHE_URL=cache) as portal:
            portal.run(MAKE)
            wrong_keys(portal, 12)
            compared, opens = portal.verified(), opens_soon(portal)
    return Finding(
        "sin Redis", f"{compared} claves comparadas, la buena {'abre' if opens else 'no abre'}", "5", compared == 5 and opens
    )


@contextmanager
def database_of_its_own() -> Iterator[str]:
    name = f"faults_{os.getpid()}"
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield name
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def connections_killed(long: bool) -> Finding:
    """Close every database connection at random instants while keys are tried."""
    name, seconds = "conexiones a la base cortadas", 300 if long else 20
    try:
        with database_of_its_own() as database, tempfile.TemporaryDirectory() as folder:
            with running_portal(Path(folder), f"{SERVER}/{database}") as portal:
                portal.run(MAKE)
                kills = _kill_connections(portal, database, seconds)
                compared, opens, broken = portal.verified(), opens_soon(portal), portal.run(TRAIL).strip()
    except psycopg.OperationalError as error:
        return Finding(name, f"no hay PostgreSQL: {error.__class__.__name__}", "servidor", False)
    figure = f"{kills} cortes; {compared} claves comparadas, la buena {'abre' if opens else 'no abre'}, auditoría {broken}"
    return Finding(name, figure, "5, abre, None", compared <= 5 and opens and broken == "None" and kills > 0)


def _kill_connections(portal: Portal, database: str, seconds: float) -> int:
    chance, kills, until = random.Random(1), 0, time.monotonic() + seconds
    clients = [threading.Thread(target=wrong_keys, args=(portal, int(seconds * 5))) for _ in range(3)]
    for client in clients:
        client.start()
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as connection:
        while time.monotonic() < until:
            time.sleep(chance.uniform(0.05, 0.8))
            kills += connection.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s", [database]
            ).fetchone()[0]  # type: ignore[index]
    for client in clients:
        client.join()
    return kills


def mail_talks_nonsense(long: bool) -> Finding:
    """The mail server answers garbage, then works again."""
    mails = 200 if long else 20
    with tempfile.TemporaryDirectory() as folder, mail_sink() as sink:
        settings = {"EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
        with running_portal(Path(folder), f"sqlite:///{folder}/portal.sqlite3", workers=1, **settings) as portal:
            portal.run(QUEUE.format(mails=mails))
            with _nonsense(sink):
                portal.manage("worker", "--drain")
            early = len(sink.mails)
            for _ in range(2):
                portal.run(DUE)
                portal.manage("worker", "--drain")
            left = int(portal.run(LEFT))
    figure = (
        f"{mails} correos: {early} aceptados mientras tanto, {left} sin enviar después, {len(set(sink.message_ids()))} llegaron"
    )
    return Finding("servidor de correo sin sentido", figure, "todos", left == 0 and len(set(sink.message_ids())) == mails)


@contextmanager
def _nonsense(sink: Sink) -> Iterator[None]:
    """Answer with text that is not SMTP instead of the greeting."""
    real, chance = sink.RequestHandlerClass, random.Random(2)

    class Nonsense(real):  # type: ignore[misc, valid-type]
        def handle(self) -> None:
            with suppress(OSError):
                self.wfile.write(chance.randbytes(chance.randrange(1, 300)) + b"\r\n")

    sink.RequestHandlerClass = Nonsense
    try:
        yield
    finally:
        sink.RequestHandlerClass = real


def mail_answers(_: bool) -> Finding:
    """Every answer of a mail server at every step: 2xx, 4xx, 5xx, silence, hang-up."""
    return _run("cada respuesta del servidor de correo", ["-m", "pytest", "-q", "-p", "no:cacheprovider", MAIL_ANSWERS])


def kills(long: bool) -> Finding:
    """Server and worker killed in the middle of recoveries; the mail server down for a while."""
    return _run(
        "kill -9 de servidor y correo", ["-m", "tests.attacks.recovery_kills", *(["200", "60"] if long else ["8", "5"])]
    )


def in_process(_: bool) -> Finding:
    """A full disk at every single write, and clocks that jump."""
    return _run("disco lleno, reloj que salta", ["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/faults"])


def database_killed(long: bool) -> Finding:
    """A PostgreSQL cluster of its own, killed while members sign in."""
    return _run("kill -9 de la base", ["-m", "tests.faults.database_kills", "50" if long else "5"])


def database_away(long: bool) -> Finding:
    """The database killed, then stopped, for a while: pages within five seconds, and back within five."""
    return _run("base apagada y colgada", ["-m", "tests.faults.database_away", "60" if long else "10"])


DRILLS = [cache_gone, mail_talks_nonsense, mail_answers, database_away, connections_killed, database_killed, kills, in_process]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--long", action="store_true", help="the published sizes")
    long = parser.parse_args().long
    import tests.settings  # noqa: F401  puts invented secrets into the environment

    return _tell(drill(long) for drill in DRILLS)


if __name__ == "__main__":
    sys.exit(main())
