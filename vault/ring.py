"""Seal and open with the key ring of `KEY_SEALS`; every sealed text is bound to a purpose and an owner.

The seal is authenticated encryption (Fernet: AES-128-CBC and HMAC-SHA256). Purpose and binding lie inside it, so a
sealed text moved to another row or another use does not open. The newest key seals, all keys of the ring open.
"""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class SealBroken(Exception):
    """The text was not sealed by this ring, or for another purpose or owner."""


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _current_ring() -> MultiFernet:
    return _ring(tuple(settings.KEY_SEALS))


def _label(purpose: str, binding: str) -> bytes:
    return f"{purpose}\x00{binding}\x00".encode()


def seal(purpose: str, binding: str, secret: bytes) -> str:
    """`secret` sealed for one purpose (`access key`) and one owner (`binding`, such as a row's own number)."""
    if "\x00" in purpose or "\x00" in binding:
        raise ValueError("purpose and binding may not hold NUL")
    return _current_ring().encrypt(_label(purpose, binding) + secret).decode()


def open_sealed(purpose: str, binding: str, token: str) -> bytes:
    """What was sealed for this very purpose and binding; raises SealBroken for anything else."""
    try:
        content = _current_ring().decrypt(token.encode())
    except (InvalidToken, UnicodeError) as error:
        raise SealBroken from error
    label = _label(purpose, binding)
    if not content.startswith(label):
        raise SealBroken
    return content[len(label) :]


def reseal(token: str) -> str:
    """The same content under the newest key; nobody looks at it. Raises SealBroken."""
    try:
        return _current_ring().rotate(token.encode()).decode()
    except InvalidToken as error:
        raise SealBroken from error


def sealed_by_newest(token: str) -> bool:
    """Whether the newest key alone opens it, so that older keys may go."""
    try:
        Fernet(settings.KEY_SEALS[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True
