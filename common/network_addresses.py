"""Pure: an address as servers and proxies write it: with port, brackets, quotes, zone, `for=`, or IPv4 inside IPv6."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address
LONGEST = 100  # characters; the longest spelling there is has far fewer
A_PORT = r":(?:[0-9]{0,5}|_[A-Za-z0-9._-]{1,50})"  # RFC 7239 lets a proxy hide it behind an underscore
BRACKETS = re.compile(rf"\[([^\[\]]*)\](?:{A_PORT})?")
PORT = re.compile(rf"{A_PORT}$")


@lru_cache(maxsize=4096)
def read_address(text: str) -> Address | None:
    """The address, or None where there is none. A zone is dropped; IPv4 written as IPv6 is IPv4."""
    try:
        address = ip_address(_without_zone(bare(text)))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def bare(text: str) -> str:
    """What is left of a spelling without `for=`, quotes, brackets and port: the part that says who it is."""
    text = _for_element(text[:LONGEST].strip()).strip().strip('"').strip()
    if inside := BRACKETS.fullmatch(text):
        return inside[1].strip()
    return PORT.sub("", text) if "." in text or text.count(":") == 1 else text


def _for_element(text: str) -> str:
    """`for=…` of an element of RFC 7239, which may hold `proto=…` and others beside it."""
    for part in text.split(";"):
        name, sign, value = part.partition("=")
        if sign and name.strip().lower() == "for":
            return value
    return text


def _without_zone(text: str) -> str:
    return text.partition("%")[0] if ":" in text else text
