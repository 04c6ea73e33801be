"""Argon2id hashes (RFC 9106) of access keys, sealed by the vault.

The parameters are OWASP's smallest set: 19 MiB, 2 passes, 1 lane (docs/decisions/0002). A pool with one thread per processor
computes all hashes: more threads lose rate (measured on 2 cores: 16 threads reach 0.7 of the rate of 2), and each keeps its
19 MiB. A flood of sign-ins therefore waits in the pool's queue.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from vault.ring import SealBroken, open_sealed, seal

AT_ONCE = settings.HASHES_AT_ONCE
HASHING = ThreadPoolExecutor(AT_ONCE, "argon2")
PURPOSE = "access key"
Parameters = tuple[int, int, int]  # memory in KiB, passes, lanes


@lru_cache(maxsize=8)
def _argon2(parameters: Parameters) -> PasswordHasher:
    memory, passes, lanes = parameters
    return PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=lanes, type=Type.ID)


def _hasher() -> PasswordHasher:
    return _argon2(settings.ARGON2_PARAMETERS)


def _binding(member_id: int, kind: str) -> str:
    return f"{member_id}:{kind}"


def seal_key(member_id: int, kind: str, key: str) -> str:
    """The key's Argon2id hash, sealed for this member and kind; about 25 ms of one processor (measured)."""
    encoded = HASHING.submit(_hasher().hash, key).result()
    return seal(PURPOSE, _binding(member_id, kind), encoded.encode())


def verify_key(member_id: int, kind: str, sealed: str, key: str) -> bool:
    """Whether `key` matches the sealed hash. A broken seal counts as a wrong key and takes the same time."""
    encoded = _encoded(member_id, kind, sealed)
    if encoded is None:
        verify_nothing(key, settings.ARGON2_PARAMETERS)
        return False
    return _verify(encoded, key)


def verify_nothing(key: str, parameters: Parameters) -> None:
    """Verify a dummy hash with these parameters, so that a missing key takes the same time as a wrong one."""
    member_id, kind, sealed = _dummy(parameters, tuple(settings.KEY_SEALS))
    _verify(_encoded(member_id, kind, sealed) or "", key)


def parameters_of(member_id: int, kind: str, sealed: str) -> Parameters | None:
    """The Argon2 parameters of a sealed hash; None if the seal is broken."""
    return parameters_in(_encoded(member_id, kind, sealed) or "")


def parameters_in(encoded: str) -> Parameters | None:
    """The Argon2 parameters of an encoded hash; None if it is malformed."""
    try:
        found = extract_parameters(encoded)
    except InvalidHashError:
        return None
    return found.memory_cost, found.time_cost, found.parallelism


def _encoded(member_id: int, kind: str, sealed: str) -> str | None:
    try:
        return open_sealed(PURPOSE, _binding(member_id, kind), sealed).decode()
    except SealBroken:
        return None


def needs_new_hash(member_id: int, kind: str, sealed: str) -> bool:
    """Whether the hash's parameters differ from `ARGON2_PARAMETERS`. Raises SealBroken."""
    return _hasher().check_needs_rehash(open_sealed(PURPOSE, _binding(member_id, kind), sealed).decode())


def _verify(encoded: str, key: str) -> bool:
    try:
        return HASHING.submit(_hasher().verify, encoded, key).result()
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=8)
def _dummy(parameters: Parameters, seals: tuple[str, ...]) -> tuple[int, str, str]:
    return 0, "none", seal(PURPOSE, _binding(0, "none"), _argon2(parameters).hash("no key has letters").encode())


class StaffPasswordHasher(Argon2PasswordHasher):
    """Django's Argon2 hasher with `ARGON2_PARAMETERS`: its default of 100 MiB a hash would let a flood exhaust the memory."""

    @property
    def memory_cost(self) -> int:  # type: ignore[override]
        return settings.ARGON2_PARAMETERS[0]

    @property
    def time_cost(self) -> int:  # type: ignore[override]
        return settings.ARGON2_PARAMETERS[1]

    @property
    def parallelism(self) -> int:  # type: ignore[override]
        return settings.ARGON2_PARAMETERS[2]

    def encode(self, password: str, salt: Any) -> str:
        return HASHING.submit(super().encode, password, salt).result()

    def verify(self, password: str, encoded: str) -> bool:
        return HASHING.submit(super().verify, password, encoded).result()
