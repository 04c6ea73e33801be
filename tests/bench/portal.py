"""Our side: this portal on a PostgreSQL database of its own, with everything as shipped."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet

from tests.bench.furnish import KEY
from tests.bench.imports import ROOT, psql
from tests.bench.people import write_people
from tests.bench.servers import Server, serving
from tests.bench.visits import Browser

WITH_KEYS = 200  # members that can sign in; each of them does so a few times a run
FIRST, STEP = 10_000_000, 7  # the documents of people.py


class Portal:
    """Its database and the environment its processes run in."""

    def __init__(self, url: str, folder: Path, members: int) -> None:
        self.database = url.rpartition("/")[2]
        self.server_url = url.rpartition("/")[0]
        self.url, self.folder, self.members = url, folder, members
        secrets = {name: Fernet.generate_key().decode() for name in ("KEY_SEALS", "DIGEST_KEY", "DECOY_KEY", "AUDIT_KEY")}
        self.environment = {**os.environ, **secrets, "SECRET_KEY": "bench " * 12, "ENV_FILE": os.devnull, "HTTPS": "off"}
        self.environment |= {"DATABASE_URL": url, "ALLOWED_HOSTS": "127.0.0.1", "EMAIL_URL": f"filemail://{folder}/mail"}
        self.environment |= {"TRUSTED_PROXIES": "127.0.0.1", "DJANGO_SETTINGS_MODULE": "cooperen.settings"}
        self.environment |= {"PYTHONPATH": str(ROOT), "BENCH_FOLDER": str(folder)}

    def furnish(self) -> None:
        """A new database with everybody in it."""
        self.drop()
        psql(f"{self.server_url}/postgres", f'CREATE DATABASE "{self.database}"')
        self.python("manage.py", "migrate", "--verbosity", "0")
        people = write_people(self.folder / "people.csv", self.members)
        self.python("-m", "tests.bench.furnish", str(people), str(min(WITH_KEYS, self.members)))
        psql(self.url, "VACUUM ANALYZE")

    def drop(self) -> None:
        psql(f"{self.server_url}/postgres", f'DROP DATABASE IF EXISTS "{self.database}" WITH (FORCE)')

    def python(self, *words: str) -> str:
        """Run Python in the project, in this portal's environment; what it prints."""
        done = subprocess.run([sys.executable, *words], cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE)
        return done.stdout.decode()

    @contextmanager
    def serving(self, **settings: str) -> Iterator[Server]:
        with serving(ROOT, "cooperen.wsgi:application", self.environment | settings) as server:
            yield server


@contextmanager
def furnished(server_url: str, folder: Path, members: int) -> Iterator[Portal]:
    """The portal with `members` members, gone when the block ends."""
    portal = Portal(f"{server_url}/bench_portal_{members}", folder, members)
    portal.furnish()
    try:
        yield portal
    finally:
        portal.drop()


def document(number: int) -> str:
    """The document of the `number`-th member, those with a key coming round again and again."""
    return str(FIRST + STEP * (number % WITH_KEYS))


def visitor(server: Server, number: int) -> Browser:
    """Each comes from a network of his own."""
    return Browser(server.port, f"10.{number >> 8 & 255}.{number & 255}.7")


def send_key(browser: Browser, number: int) -> None:
    browser.post("/acceso/", {"documento": document(number), "clave": KEY})


def sign_in(browser: Browser, number: int) -> None:
    """Form, key, page behind."""
    browser.get("/acceso/")
    send_key(browser, number)
    browser.get("/estado-de-cuenta/")
    browser.close()
