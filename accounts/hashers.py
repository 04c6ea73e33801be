"""Argon2id under the vault's seal, with never more hashes at once than processors.

More hashing threads than cores lose rate and cost memory (measured: 16 threads reach 0.7 of the rate of 2 with five
times the memory), so a flood waits in line instead of eating the machine.
"""

import os
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type
from django.conf import settings

from vault.ring import SealBroken, open_sealed, seal

AT_ONCE = len(os.sched_getaffinity(0))
A_PROCESSOR = BoundedSemaphore(AT_ONCE)
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
    with A_PROCESSOR:
        encoded = _hasher().hash(key)
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
    with A_PROCESSOR:
        try:
            return _hasher().verify(encoded, key)
        except (VerificationError, InvalidHashError):
            return False


@lru_cache(maxsize=2)
def _dummy(parameters: tuple[int, int, int], seals: tuple[str, ...]) -> tuple[int, str, str]:
    return 0, "none", seal(PURPOSE, _binding(0, "none"), _hasher().hash("no key has letters").encode())
