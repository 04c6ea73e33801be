"""Seals: authenticated encryption with the key ring `KEY_SEALS`, bound to a purpose and an owner.

A seal is a Fernet token (AES-128-CBC with HMAC-SHA256, random IV). Purpose and binding are encrypted with the secret, so a
token moved to another row or another use does not open. The first key of the ring seals; every key opens.
"""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(Exception):
    """The token is not from this ring, or was sealed for another purpose or owner."""


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _current_ring() -> MultiFernet:
    return _ring(tuple(settings.KEY_SEALS))


def _label(purpose: str, binding: str) -> bytes:
    return f"{purpose}\x00{binding}\x00".encode()


def seal(purpose: str, binding: str, secret: bytes) -> str:
    """The token that holds `secret`, bound to a purpose (such as `access key`) and an owner (such as a row's id)."""
    if "\x00" in purpose or "\x00" in binding:
        raise ValueError("purpose and binding may not hold NUL")
    return _current_ring().encrypt(_label(purpose, binding) + secret).decode()


def open_sealed(purpose: str, binding: str, token: str) -> bytes:
    """The secret sealed for this purpose and binding; raises SealBroken for any other token."""
    try:
        content = _current_ring().decrypt(token.encode())
    except (InvalidToken, UnicodeError) as error:
        raise SealBroken from error
    label = _label(purpose, binding)
    if not content.startswith(label):
        raise SealBroken
    return content[len(label) :]


def reseal(token: str) -> str:
    """The same content sealed with the newest key, for a rotation. Raises SealBroken."""
    try:
        return _current_ring().rotate(token.encode()).decode()
    except InvalidToken as error:
        raise SealBroken from error


def sealed_by_newest(token: str) -> bool:
    """Whether the newest key opens it: once all tokens do, the older keys can be removed from the ring."""
    try:
        Fernet(settings.KEY_SEALS[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True
