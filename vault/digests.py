"""Keyed digests: HMAC-SHA256 (RFC 2104) under keys kept outside the database, separated by purpose."""

import hmac
from hashlib import sha256

from django.conf import settings


def _mac(key: str, *parts: str) -> bytes:
    # Each part is prefixed with its length, so that ("ab", "c") and ("a", "bc") differ.
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return hmac.digest(key.encode(), b"".join(b"%d:%b" % (len(part), part) for part in encoded), sha256)


def digest(purpose: str, *parts: str) -> str:
    """The digest under `DIGEST_KEY` as 64 hex digits: for rate limits, subjects, devices, sessions and past keys."""
    return _mac(settings.DIGEST_KEY, purpose, *parts).hex()


def decoy_bytes(*parts: str) -> bytes:
    """32 pseudorandom bytes under `DECOY_KEY`: the same parts always give the same bytes."""
    return _mac(settings.DECOY_KEY, *parts)


def audit_mac(data: bytes) -> str:
    """The MAC of an audit row under `AUDIT_KEY`, as 64 hex digits."""
    return hmac.digest(settings.AUDIT_KEY.encode(), data, sha256).hex()
