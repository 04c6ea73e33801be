"""Parse client addresses as servers and proxies write them (RFC 7239, `X-Forwarded-For`). Pure functions."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
LONGEST = 100  # characters; every valid spelling is shorter
A_PORT = r":(?:[0-9]{0,5}|_[A-Za-z0-9._-]{1,50})"  # digits, or an obfuscated port (RFC 7239, 6.3)
# IPv4 inside IPv6: NAT64 (RFC 6052), translated (RFC 2765), compatible (RFC 4291, 2.5.5.1). `::` and `::1` are no IPv4.
EMBEDDED = [IPv6Network(text) for text in ("64:ff9b::/96", "::ffff:0:0:0/96", "::/96")]
LOWEST_COMPATIBLE = 2**24
BRACKETS = re.compile(rf"\[([^\[\]]*)\](?:{A_PORT})?")
PORT = re.compile(rf"{A_PORT}$")


@lru_cache(maxsize=4096)
def read_address(text: str) -> Address | None:
    """The address, or None if there is none. Drops a zone; an IPv4-mapped IPv6 address becomes IPv4."""
    try:
        address = ip_address(_without_zone(bare(text)))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or _embedded(address) or address


def _embedded(address: Address) -> IPv4Address | None:
    last = int(address) % 2**32
    if isinstance(address, IPv6Address) and last >= LOWEST_COMPATIBLE and any(address in network for network in EMBEDDED):
        return IPv4Address(last)
    return None


def bare(text: str) -> str:
    """The text without `for=`, quotes, brackets and port."""
    text = _for_element(text[:LONGEST].strip()).strip().strip('"').strip()
    if inside := BRACKETS.fullmatch(text):
        return inside[1].strip()
    return PORT.sub("", text) if "." in text or text.count(":") == 1 else text


def _for_element(text: str) -> str:
    """The value of `for=` in an element of RFC 7239, which may have other parameters, such as `proto=`."""
    for part in text.split(";"):
        name, sign, value = part.partition("=")
        if sign and name.strip().lower() == "for":
            return value
    return text


def _without_zone(text: str) -> str:
    return text.partition("%")[0] if ":" in text else text
