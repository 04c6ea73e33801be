"""Keyed digests: HMAC-SHA256 under a key that lives outside the database, separated by purpose."""

import hmac
from hashlib import sha256

from django.conf import settings


def _mac(key: str, *parts: str) -> bytes:
    # Each part is preceded by its length, so that ("ab", "c") and ("a", "bc") differ.
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return hmac.digest(key.encode(), b"".join(b"%d:%b" % (len(part), part) for part in encoded), sha256)


def digest(purpose: str, *parts: str) -> str:
    """64 hex digits for budgets, subjects, devices, sessions and past keys (`DIGEST_KEY`)."""
    return _mac(settings.DIGEST_KEY, purpose, *parts).hex()


def decoy_bytes(*parts: str) -> bytes:
    """32 bytes that look like chance but are always the same for the same parts (`DECOY_KEY`)."""
    return _mac(settings.DECOY_KEY, *parts)


def audit_mac(data: bytes) -> str:
    """64 hex digits that only the holder of `AUDIT_KEY` can make."""
    return hmac.digest(settings.AUDIT_KEY.encode(), data, sha256).hex()
