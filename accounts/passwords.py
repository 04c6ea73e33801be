"""The long passwords of the staff door: the same Argon2id as the members' keys, in the same queue of processors."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from accounts.hashers import A_PROCESSOR


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
        with A_PROCESSOR:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with A_PROCESSOR:
            return super().verify(password, encoded)
