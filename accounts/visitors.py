"""Who stands at the door, before anybody knows a name: network, browser, device cookie."""

import ipaddress
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest

from common.network_addresses import bare, read_address
from vault.digests import digest

DEVICE_COOKIE = "__Host-dispositivo" if settings.HTTPS else "dispositivo"
PREFIX = {4: 24, 6: 56}  # an ISP's customer may change the rest of his address at will


@dataclass(frozen=True)
class Visitor:
    """`network` as text; `browser` and `device` are keyed digests ("" when there is no cookie); `label` for people."""

    network: str
    browser: str
    device: str
    label: str


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """The /24 or /56 an address lies in; a text that is no address is a network of its own, whatever port it came with."""
    parsed = read_address(address)
    if parsed is None:
        who = bare(address).casefold()
        return f"desconocida {digest('network', who)[:16]}" if who else "desconocida"
    return str(ipaddress.ip_network((parsed, PREFIX[parsed.version]), strict=False))


def device_digest(cookie: str) -> str:
    """What is kept of a device cookie."""
    return digest("device", cookie) if cookie else ""


def browser_digest(request: HttpRequest) -> str:
    """What is kept of this browser's session; "" before it has one.

    A session that must change its key is still the browser it was before it came in: what its temporary key was shown to.
    """
    key = request.session.session_key
    return request.session.get("browser") or (digest("browser", key) if key else "")


def visitor_of(request: HttpRequest) -> Visitor:
    """Read the request; `REMOTE_ADDR` was set right by `ClientAddressMiddleware`."""
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
