"""The peers: bare Django and django-allauth, in a temporary environment with our versions of Django and granian."""

import os
import subprocess
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.databases import a_database, scratch, settle
from tests.bench.peer_project import FILES, FILL, PASSWORD, SETTINGS, USERS
from tests.bench.servers import Server, serving
from tests.bench.visits import Browser

PACKAGES = ("Django", "granian", "psycopg", "psycopg-binary", "argon2-cffi")
ALLAUTH = "django-allauth==65.21.1"
DATABASE = a_database("peers")
FEW = ("--blocking-threads", "8")  # a thread a client; with more their kept connections are too many for PostgreSQL
OUR_HASH = {"HASHER": "ledger.hashers.Ours"}
KEPT = {"KEEP": "600"}  # seconds a database connection is kept
WITH_ALLAUTH = {"ALLAUTH": "1"}


class Peers:
    """A generated project in a folder, an environment to run it, and its database."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder, self.project = url, folder, folder / "peer"
        self.python = str(folder / "venv/bin/python")
        parts = urlsplit(url)
        self.environment = {**os.environ, "BENCH_FOLDER": str(folder), "DJANGO_SETTINGS_MODULE": "peer.settings"}
        self.environment |= {"PEER_DATABASE": DATABASE, "PEER_HOST": parts.hostname or "", "PEER_PORT": str(parts.port or 5432)}
        self.environment |= {"PEER_USER": parts.username or "", "PEER_PASSWORD": parts.password or ""}

    def build(self) -> None:
        venv.create(self.folder / "venv", with_pip=True)
        wanted = [f"{name}=={version(name)}" for name in PACKAGES] + [ALLAUTH]
        self._run("-m", "pip", "--disable-pip-version-check", "install", "-qq", *wanted, where=self.folder)
        self.project.mkdir()
        self._run("-m", "django", "startproject", "peer", ".", DJANGO_SETTINGS_MODULE="")
        for name, text in FILES.items():
            (self.project / name).parent.mkdir(exist_ok=True)
            (self.project / name).write_text(text)
        with (self.project / "peer/settings.py").open("a") as settings:
            settings.write(SETTINGS)
        self._fill()

    def _fill(self) -> None:
        self._run("manage.py", "makemigrations", "ledger", "--verbosity", "0")
        self._run("manage.py", "migrate", "--verbosity", "0", **WITH_ALLAUTH)
        self._run("-c", FILL, **WITH_ALLAUTH)
        settle(self.url)

    def _run(self, *words: str, where: Path | None = None, **settings: str) -> None:
        environment = self.environment | settings
        subprocess.run([self.python, *words], cwd=where or self.project, env=environment, check=True, stdout=subprocess.DEVNULL)

    @contextmanager
    def serving(self, **settings: str) -> Iterator[Server]:
        with serving(self.project, "peer.wsgi:application", self.environment | settings, self.python, FEW) as server:
            yield server


@contextmanager
def built(server_url: str, folder: Path) -> Iterator[Peers]:
    """The peers, removed when the block ends."""
    with scratch(f"{server_url}/{DATABASE}") as url:
        peers = Peers(url, folder)
        peers.build()
        yield peers


def user(kind: str, number: int) -> str:
    """The `number`-th user of a kind (`peer_project.FILL`), coming round again."""
    return f"{kind}{number % USERS}"


def send_password(browser: Browser, name: str) -> None:
    browser.post("/entrar/", {"username": name, "password": PASSWORD})


def sign_in(server: Server, name: str) -> None:
    """Bare Django: form, password, page behind."""
    browser = Browser(server.port)
    browser.get("/entrar/")
    send_password(browser, name)
    _page_behind(browser, name)


def sign_in_allauth(server: Server, name: str) -> None:
    browser = Browser(server.port)
    browser.get("/accounts/login/")
    browser.post("/accounts/login/", {"login": name, "password": PASSWORD})
    _page_behind(browser, name)


def _page_behind(browser: Browser, name: str) -> None:
    browser.get("/dentro/", holds=f"Hola, {name}.".encode())
    browser.close()


def ask_for_reset(server: Server, name: str) -> None:
    """django-allauth's «password reset»: form, e-mail, page after."""
    browser = Browser(server.port)
    browser.get("/accounts/password/reset/")
    browser.post("/accounts/password/reset/", {"email": f"{name}@ejemplo.com"})
    browser.get("/accounts/password/reset/done/", holds=b"We have sent you an email")
    browser.close()
