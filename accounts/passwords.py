"""The long passwords of the staff door: the same Argon2id as the members' keys, by the same few threads."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from accounts.hashers import HASHING


class StaffPasswordHasher(Argon2PasswordHasher):
    """Django's own, with `ARGON2_PARAMETERS` (its default takes 100 MiB a try, which a flood would use up)."""

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
