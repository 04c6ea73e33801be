"""Argon2id under the vault's seal, by never more threads at once than processors.

More hashing threads than cores lose rate (measured: 16 threads reach 0.7 of the rate of 2), and each thread that ever
hashed keeps its 19 MiB; so the same few threads hash for all others, and a flood waits in line.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type
from django.conf import settings

from vault.ring import SealBroken, open_sealed, seal

AT_ONCE = settings.HASHES_AT_ONCE
HASHING = ThreadPoolExecutor(AT_ONCE, "argon2")
PURPOSE = "access key"


@lru_cache(maxsize=4)
def _argon2(parameters: tuple[int, int, int]) -> PasswordHasher:
    memory, passes, lanes = parameters
    return PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=lanes, type=Type.ID)


def _hasher() -> PasswordHasher:
    return _argon2(settings.ARGON2_PARAMETERS)


def _binding(member_id: int, kind: str) -> str:
    return f"{member_id}:{kind}"


def seal_key(member_id: int, kind: str, key: str) -> str:
    """The key's Argon2id hash, sealed for this member and kind; about 25 ms of one processor."""
    encoded = HASHING.submit(_hasher().hash, key).result()
    return seal(PURPOSE, _binding(member_id, kind), encoded.encode())


def verify_key(member_id: int, kind: str, sealed: str, key: str) -> bool:
    """Whether `key` is the one sealed here. A broken seal counts as wrong, and costs the same."""
    try:
        encoded = open_sealed(PURPOSE, _binding(member_id, kind), sealed).decode()
    except SealBroken:
        verify_nothing(key)
        return False
    return _verify(encoded, key)


def verify_nothing(key: str) -> None:
    """The work of one verification where there is no key, so that time tells nothing."""
    member_id, kind, sealed = _dummy(settings.ARGON2_PARAMETERS, tuple(settings.KEY_SEALS))
    _verify(open_sealed(PURPOSE, _binding(member_id, kind), sealed).decode(), key)


def needs_new_hash(member_id: int, kind: str, sealed: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(open_sealed(PURPOSE, _binding(member_id, kind), sealed).decode())


def _verify(encoded: str, key: str) -> bool:
    try:
        return HASHING.submit(_hasher().verify, encoded, key).result()
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=2)
def _dummy(parameters: tuple[int, int, int], seals: tuple[str, ...]) -> tuple[int, str, str]:
    return 0, "none", seal(PURPOSE, _binding(0, "none"), _hasher().hash("no key has letters").encode())
