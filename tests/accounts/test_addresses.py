"""The client address of a request, in every spelling of servers and proxies."""

from ipaddress import ip_network

import pytest
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from accounts.middleware import ClientAddressMiddleware, from_our_proxy
from accounts.visitors import network_of
from audit.kinds import Kind
from audit.models import Event
from common.network_addresses import read_address
from cooperen.doctor import examine
from ratelimits.models import RateLimit
from tests.access import sign_in

V4, V6, LOCAL = "198.51.100.7", "2001:db8::5", "fe80::1"
SPELLINGS = {
    "198.51.100.7": V4,
    " 198.51.100.7 ": V4,
    "\t198.51.100.7": V4,
    "198.51.100.7:5321": V4,
    "198.51.100.7:": V4,
    "198.51.100.7:65535": V4,
    "198.51.100.7:_hidden": V4,
    '"198.51.100.7"': V4,
    '"198.51.100.7:5321"': V4,
    ' "198.51.100.7:5321" ': V4,
    "[198.51.100.7]": V4,
    "[198.51.100.7]:443": V4,
    "for=198.51.100.7": V4,
    "For=198.51.100.7": V4,
    "FOR = 198.51.100.7": V4,
    "for=198.51.100.7:5321": V4,
    'for="198.51.100.7:5321"': V4,
    "for=198.51.100.7;proto=https": V4,
    "proto=https;for=198.51.100.7;by=203.0.113.43": V4,
    'by=203.0.113.43; for="198.51.100.7:80"; host=portal.example': V4,
    "::ffff:198.51.100.7": V4,
    "64:ff9b::198.51.100.7": V4,
    "[64:ff9b::c633:6407]:443": V4,
    "::ffff:0:198.51.100.7": V4,
    "::198.51.100.7": V4,
    "::FFFF:198.51.100.7": V4,
    "::ffff:c633:6407": V4,
    "[::ffff:198.51.100.7]": V4,
    "[::ffff:198.51.100.7]:443": V4,
    "::ffff:198.51.100.7:5321": V4,
    "2001:db8::5": V6,
    "2001:DB8::5": V6,
    "2001:0db8:0000:0000:0000:0000:0000:0005": V6,
    "2001:db8:0:0:0:0:0.0.0.5": V6,
    " 2001:db8::5 ": V6,
    "[2001:db8::5]": V6,
    "[2001:db8::5]:443": V6,
    "[ 2001:db8::5 ]:443": V6,
    "[2001:db8::5]:_gazonk": V6,
    '"[2001:db8::5]:443"': V6,
    'for="[2001:db8::5]:443"': V6,
    "for=[2001:db8::5]": V6,
    'For="[2001:db8::5]";proto=http': V6,
    "fe80::1%eth0": LOCAL,
    "fe80::1%25eth0": LOCAL,
    "fe80::1%eth0.100": LOCAL,
    "[fe80::1%eth0]:443": LOCAL,
    'for="[fe80::1%eth0]:443"': LOCAL,
}
NOBODY = [
    "", " ", "unknown", "_hidden", "for=unknown", "for=_SEVKISEK", "localhost", "host.example", "host.example:443", "unix:",
    "198.51.100", "198.51.100.256", "198.51.100.07", "198.51.100.7.1", "198.51.100.7/24", "198.51.100.7 198.51.100.8",
    "198.51.100.7:123456", "198.51.100.7%eth0", "3325256711", "0x7f.1", "١٩٨.٥١.١٠٠.٧", "2001:db8:::5", "2001:db8::g",
    "[2001:db8::5", "2001:db8::5]", "[[2001:db8::5]]", "[2001:db8::5]443", "[]", "[]:443", "for=", "for=;", "%eth0", ":",
    "::ffff:198.51.100.999", "\x00", "1" * 5000, "[" * 5000, "for=" * 2000, ":" * 5000, "a;" * 5000,
]  # fmt: skip


@pytest.mark.parametrize(("spelling", "address"), SPELLINGS.items())
def test_an_address_is_read_however_it_is_spelled(spelling: str, address: str):
    assert str(read_address(spelling)) == address
    assert network_of(spelling) == network_of(address)


@pytest.mark.parametrize("spelling", NOBODY, ids=lambda text: repr(text[:20]))
def test_an_invalid_address_is_none(spelling: str):
    assert read_address(spelling) is None
    assert network_of(spelling).startswith("desconocida")
    assert len(network_of(spelling)) <= 50
    assert not from_our_proxy(spelling)


def address_seen(forwarded: str | None, came_from: str = "127.0.0.1") -> str:
    """The address that a view sees."""
    request = RequestFactory().get("/", REMOTE_ADDR=came_from)
    if forwarded is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    seen: list[str] = []
    ClientAddressMiddleware(lambda r: seen.append(r.META["REMOTE_ADDR"]) or HttpResponse())(request)
    return seen[0]


@pytest.fixture
def proxied(settings):
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(("spelling", "address"), SPELLINGS.items())
@pytest.mark.parametrize("came_from", ["127.0.0.1", "::ffff:127.0.0.1", "[::ffff:127.0.0.1]:5000", "127.0.0.1:5000"])
def test_the_proxys_header_is_read_in_every_spelling(proxied, spelling: str, address: str, came_from: str):
    assert address_seen(spelling, came_from) == address
    assert address_seen(f"203.0.113.1, {spelling}", came_from) == address
    assert address_seen(f"{spelling}, 10.0.0.7:5321, [fd00::7]:443, for=10.0.0.8", came_from) == address


def test_only_trusted_proxies_are_believed(proxied):
    assert address_seen("198.51.100.7", came_from="203.0.113.9") == "203.0.113.9"
    assert address_seen("198.51.100.7", came_from="203.0.113.9:80") == "203.0.113.9:80"


def test_an_unreadable_address_is_a_network_of_its_own_whatever_its_port():
    assert network_of("visit-1.example:5321") == network_of("Visit-1.example:99") != network_of("visit-2.example:5321")
    assert network_of("_a1") != network_of("_a2")
    assert "visit" not in network_of("visit-1.example")


@pytest.mark.django_db
def test_visitors_behind_a_proxy_that_adds_ports_do_not_share_a_limit(proxied):
    for number in range(4):
        browser = Client(headers={"X-Forwarded-For": f"198.51.{number}.7:{5000 + number}"})
        sign_in(browser, str(5_000_000 + number), "48271")
    assert RateLimit.objects.filter(name="sign_in_network").count() == 4
    assert not Event.objects.filter(kind=Kind.ADDRESS_UNREAD).exists()


def looked_at() -> dict[str, bool]:
    return {line.name: line.well for line in examine()}


@pytest.mark.django_db
@pytest.mark.parametrize("forwarded", ["unknown", "host.example:80", None])
def test_an_unreadable_address_is_reported_by_doctor(proxied, forwarded: str | None):
    assert looked_at()["Direcciones de las visitas"]
    for _ in range(3):
        sign_in(Client(headers={"X-Forwarded-For": forwarded} if forwarded else {}), "5000001", "48271")
    assert not looked_at()["Direcciones de las visitas"]
    event = Event.objects.get(kind=Kind.ADDRESS_UNREAD)
    assert (forwarded or "X-Forwarded-For") not in event.details


@pytest.mark.django_db
def test_a_server_without_addresses_is_reported_by_doctor():
    sign_in(Client(REMOTE_ADDR=""), "5000001", "48271")
    assert not looked_at()["Direcciones de las visitas"]


@pytest.mark.django_db
def test_several_processes_record_one_event_per_hour(proxied):
    from ratelimits.unreadable_addresses import Noted

    for _ in range(3):
        Noted.after = 0.0
        sign_in(Client(headers={"X-Forwarded-For": "unknown"}), "5000001", "48271")
    assert Event.objects.filter(kind=Kind.ADDRESS_UNREAD).count() == 1


@pytest.mark.django_db
def test_a_get_request_records_no_event(proxied):
    Client(headers={"X-Forwarded-For": "unknown"}).get("/acceso/")
    Client().get("/salud/vivo/")
    assert not Event.objects.filter(kind=Kind.ADDRESS_UNREAD).exists()


def test_a_database_that_is_gone_does_not_stop_the_request(proxied, monkeypatch: pytest.MonkeyPatch):
    def gone(within):
        raise DatabaseError

    monkeypatch.setattr("ratelimits.unreadable_addresses.last_unread", gone)
    request = RequestFactory().post("/", headers={"X-Forwarded-For": "unknown"})
    assert ClientAddressMiddleware(lambda r: HttpResponse())(request).status_code == 200
