"""Check values: detect at start that a secret in the environment is not the one this database was made with."""

import hmac
from hashlib import sha256
from typing import Any

from django.conf import settings

from vault.models import CheckValue
from vault.ring import SealBroken, open_sealed, seal

KNOWN = b"cooperen"
SECRETS = ("SECRET_KEY", "DIGEST_KEY", "DECOY_KEY", "AUDIT_KEY", "KEY_SEALS")


class SecretsWrong(Exception):
    """A secret does not match its check value; the text is Spanish, for the operator."""


def _value(name: str) -> str:
    if name == "KEY_SEALS":
        return seal("check", name, KNOWN)
    return hmac.digest(getattr(settings, name).encode(), b"check value of " + KNOWN, sha256).hex()


def _agrees(name: str, value: str) -> bool:
    if name != "KEY_SEALS":
        return hmac.compare_digest(value, _value(name))
    try:
        return open_sealed("check", name, value) == KNOWN
    except SealBroken:
        return False


def write_missing_check_values(**kwargs: Any) -> None:
    """Handler of `post_migrate`: store a check value for each secret that has none; stored ones stay."""
    database = kwargs.get("using", "default")
    rows = [CheckValue(name=name, value=_value(name)) for name in SECRETS]
    CheckValue.objects.using(database).bulk_create(rows, ignore_conflicts=True)


def rewrite_check_value(name: str) -> None:
    """Replace the check value of a secret after its rotation."""
    CheckValue.objects.update_or_create(name=name, defaults={"value": _value(name)})


def wrong_secrets() -> list[str]:
    """Names of the secrets that do not match their check value or have none."""
    kept = dict(CheckValue.objects.values_list("name", "value"))
    return [name for name in SECRETS if name not in kept or not _agrees(name, kept[name])]


def verify_secrets(changing_secret_key: bool = False) -> None:
    """Raise SecretsWrong unless every secret matches; a rotation of `SECRET_KEY` skips that one."""
    wrong = [name for name in wrong_secrets() if not (changing_secret_key and name == "SECRET_KEY")]
    if wrong:
        raise SecretsWrong(
            f"{', '.join(wrong)} no es el secreto con el que se hizo esta base de datos. "
            "Ponga en .env los valores guardados aparte con la copia de seguridad."
        )
