"""Security headers of every page (caching, framing, foreign content), and which forwarded headers are trusted."""

import os
import subprocess
import sys

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Member
from accounts.notices import BLOCKED, tell
from outbox.worker import drain
from ratelimits.models import RateLimit
from tests.access import choose, sign_in
from tests.attacks.urls import every_url
from tests.settings import ROOT

pytestmark = pytest.mark.django_db
POLICY = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")


@pytest.mark.parametrize("who", ["stranger", "member"])
def test_every_page_forbids_keeping_framing_and_foreign_content(client: Client, member: Member, who: str) -> None:
    if who == "member":
        choose(member, "48271")
        sign_in(client, member.document, "48271")
    for address in [*(address for address, _ in every_url()), "/no-hay/", "/estado-de-cuenta/extracto.pdf?mes=1900-01"]:
        response = client.get(address)
        policy = response.headers.get("Content-Security-Policy", "")
        assert all(part in policy for part in POLICY), (address, policy)
        assert "unsafe" not in policy, address
        assert response.headers["X-Frame-Options"] == "DENY", address
        assert response.headers["X-Content-Type-Options"] == "nosniff", address
        assert response.headers["Referrer-Policy"] == "same-origin", address
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin", address
        assert address == "/" or "no-store" in response.headers["Cache-Control"], address
        assert "cookies" not in response.headers.get("Clear-Site-Data", ""), address


@pytest.mark.parametrize("host", ["malo.example", "malo.example:443", "testserver.malo.example", "a@malo.example", "\x00"])
def test_another_host_name_is_refused_and_never_repeated(client: Client, host: str) -> None:
    for path in ("/", "/acceso/", "/recuperar/"):
        response = client.get(path, headers={"host": host})
        assert response.status_code == 400
        assert "malo" not in response.content.decode()


def test_a_forwarded_host_is_not_trusted(client: Client) -> None:
    response = client.post("/acceso/salir/", headers={"x-forwarded-host": "malo.example"})
    assert response.headers["Location"] == "/?salio=1"


def spent_networks(client: Client, **headers: str) -> int:
    sign_in_headers = {name.replace("_", "-"): value for name, value in headers.items()}
    before = RateLimit.objects.filter(name="sign_in_network").count()
    client.post("/acceso/", {"documento": "99999999", "clave": "1234"}, headers=sign_in_headers)
    return RateLimit.objects.filter(name="sign_in_network").count() - before


def test_addresses_written_by_the_visitor_make_no_new_network(client: Client) -> None:
    assert spent_networks(client) == 1
    for address in ("198.51.100.9", "198.51.100.9, 127.0.0.1", "::1", "<script>"):
        assert spent_networks(client, x_forwarded_for=address, forwarded=f"for={address}", x_real_ip=address) == 0


def test_only_the_last_address_before_a_trusted_proxy_counts(client: Client, settings) -> None:
    from ipaddress import ip_network

    settings.TRUSTED_PROXIES = [ip_network("127.0.0.0/8")]
    assert spent_networks(client, x_forwarded_for="192.0.2.1, 198.51.100.9") == 1
    assert spent_networks(client, x_forwarded_for="192.0.3.1, 198.51.100.9") == 0
    assert spent_networks(client, x_forwarded_for="192.0.4.1, 198.51.100.77, 127.0.0.1") == 0


@pytest.mark.parametrize("field", ["email", "first_names", "last_names"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x00", "\u2028"])
def test_a_line_break_in_a_members_data_makes_no_mail_header(member: Member, field: str, end: str) -> None:
    setattr(member, field, f"{getattr(member, field)}{end}Bcc: otro@malo.example{end}{end}texto")
    tell(member, BLOCKED)
    drain()
    for message in mail.outbox:
        assert [name for name in message.message().keys() if name.lower() in ("bcc", "cc")] == []
        assert "otro@malo.example" not in message.recipients()


FLAGS = """
import django; django.setup()
from django.test import Client
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.makers import make_member
from tests.access import choose, sign_in
choose(make_member(), "48271")
client = Client()
plain = client.get("/acceso/")
print("redirect", plain.status_code, plain.headers["Location"].split(":")[0])
page = client.get("/acceso/", secure=True)
print("hsts", page.headers["Strict-Transport-Security"])
client.post("/acceso/", {"documento": "32451867", "clave": "48271"}, secure=True)
for name, cookie in sorted(client.cookies.items()):
    print(name, cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], bool(cookie["domain"]))
"""


def test_over_https_every_cookie_is_bound_to_this_host(tmp_path) -> None:
    environment = os.environ | {"HTTPS": "on", "DATABASE_URL": f"sqlite:///{tmp_path}/flags.sqlite3", "PYTHONPATH": str(ROOT)}
    environment["DJANGO_SETTINGS_MODULE"] = "cooperen.settings"
    done = subprocess.run([sys.executable, "-c", FLAGS], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    lines = done.stdout.split("\n")
    assert "redirect 301 https" in lines, done.stderr
    assert "hsts max-age=31536000" in lines
    assert "__Host-sesion True True Lax / False" in lines
    assert "__Host-dispositivo True True Strict / False" in lines
    assert not [line for line in lines if line.startswith("_") and not line.startswith("__Host-")]
