"""Django's database sessions, but the table knows only a digest of the cookie.

Whoever copies the database finds no cookie he could send. Sessions are kept in the database alone, also where there is a
shared cache: one left behind in a cache that was out of reach at «Salida Segura» would open again (docs/decisions).
"""

from typing import Any

from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone
from django.utils.crypto import get_random_string

from vault.digests import digest


def at_rest(session_key: str | None) -> str:
    """What stands in the table for this cookie (40 hex digits: the column's width)."""
    return digest("session", session_key or "")[:40]


class SessionStore(DatabaseStore):
    """The cookie's value is hashed wherever it would be stored or looked up."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        row = self.model.objects.filter(session_key=at_rest(self.session_key), expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
        return row

    def _get_new_session_key(self) -> str:
        """32 random letters and digits; not looked up first, because the INSERT would refuse a second one."""
        return get_random_string(32, VALID_KEY_CHARS)

    def exists(self, session_key: str) -> bool:
        return self.model.objects.filter(session_key=at_rest(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        instance = super().create_model_instance(data)
        instance.session_key = at_rest(instance.session_key)
        return instance

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=at_rest(key)).delete()
