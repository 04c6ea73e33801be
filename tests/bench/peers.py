"""The other side: bare Django and django-allauth, made in a temporary environment with our versions of Django and granian."""

import os
import subprocess
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.imports import psql
from tests.bench.servers import Server, serving
from tests.bench.visits import Browser

PACKAGES = ("Django", "granian", "psycopg", "psycopg-binary", "argon2-cffi")
ALLAUTH = "django-allauth==65.21.1"
USERS, FILLERS = 200, 9_600  # ten thousand in all, as on our side
PASSWORD = "correcto caballo pila grapa"
SETTINGS = """
import os
DEBUG = False
ALLOWED_HOSTS = ["*"]
SECRET_KEY = "bench " * 12
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PEER_DATABASE"],
    "HOST": os.environ["PEER_HOST"], "PORT": os.environ["PEER_PORT"], "USER": os.environ["PEER_USER"],
    "PASSWORD": os.environ["PEER_PASSWORD"], "CONN_MAX_AGE": int(os.environ.get("KEEP", "0"))}}
INSTALLED_APPS += ["ledger"]
TEMPLATES[0]["DIRS"] = [BASE_DIR / "templates"]
if os.environ.get("ALLAUTH"):
    INSTALLED_APPS += ["allauth", "allauth.account"]
    MIDDLEWARE += ["allauth.account.middleware.AccountMiddleware"]
    AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_RATE_LIMITS = False
ACCOUNT_EMAIL_VERIFICATION = "none"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
LOGIN_REDIRECT_URL = "/dentro/"
if os.environ.get("HASHER"):
    PASSWORD_HASHERS = [os.environ["HASHER"]]
"""
URLS = """
import os
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path
from ledger.models import Row

def rows(request):
    found = Row.objects.filter(owner=request.user).order_by("-day")[:50]
    return render(request, "rows.html", {"rows": found})

urlpatterns = [
    path("entrar/", LoginView.as_view(template_name="login.html")),
    path("dentro/", login_required(lambda request: HttpResponse(f"Hola, {request.user}"))),
    path("filas/", login_required(rows)),
] + ([path("accounts/", include("allauth.urls"))] if os.environ.get("ALLAUTH") else [])
"""
MODELS = """
from django.conf import settings
from django.db import models

class Row(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    day = models.DateField()
    reference = models.CharField(max_length=20)
    concept = models.CharField(max_length=80)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    balance = models.DecimalField(max_digits=14, decimal_places=2)
"""
HASHER = """
from django.contrib.auth.hashers import Argon2PasswordHasher

class Ours(Argon2PasswordHasher):
    memory_cost, time_cost, parallelism = 19456, 2, 1
"""
LOGIN = "<!doctype html><title>Entrar</title><form method=post>{% csrf_token %}{{ form.as_p }}<button>Entrar</button></form>"
TABLE = """<!doctype html><title>Filas</title><table>{% for row in rows %}<tr><td>{{ row.day }}</td>
<td>{{ row.reference }}</td><td>{{ row.concept }}</td><td>{{ row.amount }}</td><td>{{ row.balance }}</td></tr>
{% endfor %}</table>"""
FILL = f"""
import datetime, decimal
import django; django.setup()
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from ledger.hashers import Ours
from ledger.models import Row
keys = {{"p": make_password({PASSWORD!r}), "a": Ours().encode({PASSWORD!r}, "a salt of sixteen")}}
users = User.objects.bulk_create([User(username=f"{{kind}}{{at}}", email=f"{{kind}}{{at}}@ejemplo.com", password=key)
    for kind, key in keys.items() for at in range({USERS})])
extra = [User(username=f"x{{at}}", email=f"x{{at}}@ejemplo.com", password="!") for at in range({FILLERS})]
User.objects.bulk_create(extra, batch_size=5000)
for user in users:
    Row.objects.bulk_create(
        [Row(owner=user, day=datetime.date(2026, 1, 1) + datetime.timedelta(at), reference=f"R{{at}}",
             concept=f"Consignación de nómina {{at}}", amount=decimal.Decimal(10), balance=decimal.Decimal(1010))
         for at in range(50)])
"""
FILES = {
    "ledger/__init__.py": "", "ledger/models.py": MODELS, "ledger/hashers.py": HASHER,
    "templates/login.html": LOGIN, "templates/rows.html": TABLE, "peer/urls.py": URLS,
}  # fmt: skip


class Peers:
    """A generated project in a folder, an environment to run it, and its database."""

    def __init__(self, server_url: str, folder: Path) -> None:
        self.folder, self.project, self.server_url = folder, folder / "peer", server_url
        self.python = str(folder / "venv/bin/python")
        url = urlsplit(server_url)
        self.environment = {**os.environ, "BENCH_FOLDER": str(folder), "DJANGO_SETTINGS_MODULE": "peer.settings"}
        self.environment |= {
            "PEER_DATABASE": "bench_peers",
            "PEER_HOST": url.hostname or "",
            "PEER_PORT": str(url.port or 5432),
        }
        self.environment |= {"PEER_USER": url.username or "", "PEER_PASSWORD": url.password or ""}

    def build(self) -> None:
        venv.create(self.folder / "venv", with_pip=True)
        wanted = [f"{name}=={version(name)}" for name in PACKAGES] + [ALLAUTH]
        self._run("-m", "pip", "--disable-pip-version-check", "install", "--quiet", *wanted, where=self.folder)
        self.project.mkdir()
        self._run("-m", "django", "startproject", "peer", ".", DJANGO_SETTINGS_MODULE="")
        for name, text in FILES.items():
            (self.project / name).parent.mkdir(exist_ok=True)
            (self.project / name).write_text(text)
        with (self.project / "peer/settings.py").open("a") as settings:
            settings.write(SETTINGS)
        self._fill()

    def _fill(self) -> None:
        self.drop()
        psql(f"{self.server_url}/postgres", "CREATE DATABASE bench_peers")
        self._run("manage.py", "makemigrations", "ledger", "--verbosity", "0")
        self._run("manage.py", "migrate", "--verbosity", "0", ALLAUTH="1")
        self._run("-c", FILL)
        psql(f"{self.server_url}/bench_peers", "VACUUM ANALYZE")

    def drop(self) -> None:
        psql(f"{self.server_url}/postgres", "DROP DATABASE IF EXISTS bench_peers WITH (FORCE)")

    def _run(self, *words: str, where: Path | None = None, **settings: str) -> None:
        environment = self.environment | settings
        subprocess.run([self.python, *words], cwd=where or self.project, env=environment, check=True, stdout=subprocess.DEVNULL)

    @contextmanager
    def serving(self, **settings: str) -> Iterator[Server]:
        with serving(self.project, "peer.wsgi:application", self.environment | settings, self.python) as server:
            yield server


@contextmanager
def built(server_url: str, folder: Path) -> Iterator[Peers]:
    """The peers, gone when the block ends."""
    peers = Peers(server_url, folder)
    peers.build()
    try:
        yield peers
    finally:
        peers.drop()


def send_password(browser: Browser, user: str) -> None:
    browser.post("/entrar/", {"username": user, "password": PASSWORD})


def sign_in(browser: Browser, user: str) -> None:
    """Bare Django: form, password, page behind."""
    browser.get("/entrar/")
    send_password(browser, user)
    browser.get("/dentro/")
    browser.close()


def sign_in_allauth(browser: Browser, user: str) -> None:
    browser.get("/accounts/login/")
    browser.post("/accounts/login/", {"login": user, "password": PASSWORD})
    browser.get("/dentro/")
    browser.close()
