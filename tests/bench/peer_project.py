"""The files of the other side's project, beside what `startproject` makes."""

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
    path("dentro/", login_required(lambda request: HttpResponse(f"Hola, {request.user}."))),
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
# Users p… have a password of the default hasher, users a… one of ours, both the verified address that a sign-up leaves. Users
# x… were imported: their address stands on the user alone.
FILL = f"""
import datetime, decimal
import django; django.setup()
from allauth.account.models import EmailAddress
from allauth.account.utils import filter_users_by_email
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from ledger.hashers import Ours
from ledger.models import Row
keys = {{"p": make_password({PASSWORD!r}), "a": Ours().encode({PASSWORD!r}, "a salt of sixteen")}}
users = User.objects.bulk_create([User(username=f"{{kind}}{{at}}", email=f"{{kind}}{{at}}@ejemplo.com", password=key)
    for kind, key in keys.items() for at in range({USERS})])
extra = [User(username=f"x{{at}}", email=f"x{{at}}@ejemplo.com", password="!") for at in range({FILLERS})]
User.objects.bulk_create(extra, batch_size=5000)
EmailAddress.objects.bulk_create([EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users])
for user in users:
    Row.objects.bulk_create(
        [Row(owner=user, day=datetime.date(2026, 1, 1) + datetime.timedelta(at), reference=f"R{{at}}",
             concept=f"Consignación de nómina {{at}}", amount=decimal.Decimal(10), balance=decimal.Decimal(1010))
         for at in range(50)])
for name in ("p0", "x0"):
    assert [user.username for user in filter_users_by_email(name + "@ejemplo.com")] == [name]
"""
FILES = {
    "ledger/__init__.py": "", "ledger/models.py": MODELS, "ledger/hashers.py": HASHER,
    "templates/login.html": LOGIN, "templates/rows.html": TABLE, "peer/urls.py": URLS,
}  # fmt: skip
