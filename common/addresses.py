"""Parse client addresses as servers and proxies write them (RFC 7239, `X-Forwarded-For`). Pure functions."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address
LONGEST = 100  # characters; every valid spelling is shorter
A_PORT = r":(?:[0-9]{0,5}|_[A-Za-z0-9._-]{1,50})"  # digits, or an obfuscated port (RFC 7239, 6.3)
BRACKETS = re.compile(rf"\[([^\[\]]*)\](?:{A_PORT})?")
PORT = re.compile(rf"{A_PORT}$")


@lru_cache(maxsize=4096)
def read_address(text: str) -> Address | None:
    """The address, or None if there is none. Drops a zone; an IPv4-mapped IPv6 address becomes IPv4."""
    try:
        address = ip_address(_without_zone(bare(text)))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


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
