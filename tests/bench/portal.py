"""Our side: this portal on a database of its own, with everything as shipped."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from tests.bench.databases import is_file, name_of, scratch, settle
from tests.bench.furnish import KEY, SIXTY, WITH_KEYS
from tests.bench.people import FIRST_DOCUMENT, STEP, write_people
from tests.bench.servers import Server, serving
from tests.bench.signals import ROOT
from tests.bench.visits import Browser

STATEMENT = "/estado-de-cuenta/"


class Portal:
    """Its database and the environment its processes run in."""

    def __init__(self, url: str, folder: Path, members: int) -> None:
        self.url, self.folder, self.members = url, folder, members
        self.database = "" if is_file(url) else name_of(url)
        self._fresh = SIXTY.stop + 20  # the first member of whom nothing was asked yet
        secrets = {name: Fernet.generate_key().decode() for name in ("KEY_SEALS", "DIGEST_KEY", "DECOY_KEY", "AUDIT_KEY")}
        self.environment = {
            **os.environ,
            **secrets,
            "SECRET_KEY": "bench " * 12,
            "ENV_FILE": os.devnull,
            "HTTPS": "off",
            "HASHES_AT_ONCE": "1",
        }
        self.environment |= {"DATABASE_URL": url, "ALLOWED_HOSTS": "127.0.0.1", "EMAIL_URL": f"filemail://{folder}/mail"}
        self.environment |= {"TRUSTED_PROXIES": "127.0.0.1", "DJANGO_SETTINGS_MODULE": "cooperen.settings"}
        self.environment |= {"PYTHONPATH": str(ROOT), "BENCH_FOLDER": str(folder)}

    def furnish(self, ledger: int) -> None:
        """Fill the registry, and add `ledger` movements for each member, if any."""
        self.python("manage.py", "migrate", "--verbosity", "0")
        people = write_people(self.folder / "people.csv", self.members)
        self.python("-m", "tests.bench.furnish", str(people))
        if ledger:
            self.python("-m", "tests.bench.ledger", str(ledger))
        settle(self.url)

    def python(self, *words: str) -> str:
        """Run Python in the project, in this portal's environment; what it prints."""
        done = subprocess.run([sys.executable, *words], cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE)
        return done.stdout.decode()

    def inside(self, *words: str) -> Any:
        """The output of `tests.bench.inside` for this portal."""
        return json.loads(self.python("-W", "ignore", "-m", "tests.bench.inside", *words))

    def fresh(self, count: int) -> list[str]:
        """Documents of so many members that were not returned before."""
        self._fresh += count
        if self._fresh > self.members:
            raise RuntimeError(f"{self.members} members are too few")
        return [str(FIRST_DOCUMENT + STEP * number) for number in range(self._fresh - count, self._fresh)]

    @contextmanager
    def serving(self, **settings: str) -> Iterator[Server]:
        with serving(ROOT, "cooperen.wsgi:application", self.environment | settings) as server:
            yield server


@contextmanager
def furnished(url: str, folder: Path, members: int, ledger: int = 0) -> Iterator[Portal]:
    """The portal with `members` members, removed when the block ends; `url` names a database that may be recreated."""
    folder.mkdir()
    with scratch(url):
        portal = Portal(url, folder, members)
        portal.furnish(ledger)
        yield portal


def document(number: int) -> str:
    """The document of the `number`-th member with a key, coming round again and again."""
    return str(FIRST_DOCUMENT + STEP * (number % WITH_KEYS))


def visitor(server: Server, number: int) -> Browser:
    """A visitor from a network of their own."""
    return Browser(server.port, f"10.{number >> 8 & 255}.{number & 255}.7")


def send_key(browser: Browser, document: str) -> None:
    browser.post("/acceso/", {"documento": document, "clave": KEY})


def sign_in(server: Server, number: int) -> None:
    """Form, key, page behind."""
    browser = visitor(server, number)
    enter(browser, document(number))
    browser.close()


def enter(browser: Browser, document: str) -> None:
    browser.get("/acceso/")
    send_key(browser, document)
    browser.get(STATEMENT, holds=f"documento {int(document):,}".replace(",", ".").encode())


def member_inside(server: Server, document: str, number: int) -> Browser:
    """A browser in which this member has signed in, coming from the network of `number`."""
    browser = visitor(server, number)
    enter(browser, document)
    return browser
