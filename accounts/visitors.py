"""Visitors: the network, browser and device cookie of a request, before anybody is identified."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

from common.network_addresses import bare, read_address
from vault.digests import digest

DEVICE_COOKIE = "__Host-dispositivo" if settings.HTTPS else "dispositivo"
PREFIX = {4: 24, 6: 56}  # bits; an ISP's customer can change the rest of their address (RFC 6177: a /56 for a home)


@dataclass(frozen=True)
class Visitor:
    """`network` is text; `browser` and `device` are keyed digests, "" without a cookie; `label` names the browser."""

    network: str
    browser: str
    device: str
    label: str


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """The /24 or /56 network of an address; an unreadable one is a network of its own, whatever its port."""
    parsed = read_address(address)
    if parsed is None:
        text = bare(address).casefold()
        return f"desconocida {digest('network', text)[:16]}" if text else "desconocida"
    return str(ipaddress.ip_network((parsed, PREFIX[parsed.version]), strict=False))


def device_digest(cookie: str) -> str:
    """The keyed digest of a device cookie; "" for none."""
    return digest("device", cookie) if cookie else ""


def browser_digest(request: HttpRequest) -> str:
    """The keyed digest of this browser's session key; "" before it has one.

    A must-change session keeps the digest from before sign-in, which its temporary key is bound to.
    """
    key = request.session.session_key
    return request.session.get("browser") or (digest("browser", key) if key else "")


def visitor_of(request: HttpRequest) -> Visitor:
    """The visitor of a request. `ClientAddressMiddleware` must have set `REMOTE_ADDR`."""
    return Visitor(
        network=network_of(request.META.get("REMOTE_ADDR", "")),
        browser=browser_digest(request),
        device=device_digest(request.COOKIES.get(DEVICE_COOKIE, "")[:100]),
        label=_label(request.headers.get("User-Agent", "")),
    )


def _label(agent: str) -> str:
    browser = next((name for mark, name in BROWSERS if mark in agent), "Navegador")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    return f"{browser} en {system}" if system else browser


BROWSERS = [("SamsungBrowser", "Samsung Internet"), ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox")]
BROWSERS += [("Chrome", "Chrome"), ("Safari", "Safari")]
SYSTEMS = [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")]
SYSTEMS += [("Mac OS", "Mac"), ("Linux", "Linux")]
