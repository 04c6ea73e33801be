"""The session backend: Django's database sessions with a digest instead of the session key.

So a copy of the database contains no usable cookie. No cache holds sessions: a copy in a cache that was unreachable at
«Salida Segura» would be valid again later (docs/decisions/0001).
"""

import secrets
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

from common.sql.select import select_one
from vault.digests import digest


def at_rest(session_key: str | None) -> str:
    """The digest that the table stores for this session key: 40 hex digits, the column's width."""
    return digest("session", session_key or "")[:40]


class SessionStore(DatabaseStore):
    """The session key is hashed wherever it is stored or looked up."""

    is_new = False  # whether the key is not in the table yet

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        row = select_one(self.model, "session_key = %s AND expire_date > %s", at_rest(self.session_key), timezone.now())
        if row is None:
            self._session_key = None
        return row

    def _get_new_session_key(self) -> str:
        """128 random bits in hex. No look-up for duplicates: the INSERT would refuse one."""
        return secrets.token_hex(16)

    def cycle_key(self) -> None:
        """Move the content to a new key; it is written once, when the session is saved."""
        content, old = self._get_session(), self.session_key  # type: ignore[attr-defined]
        if old:
            self.delete(old)
        self._session_key, self._session_cache = self._get_new_session_key(), content
        self.modified = self.is_new = True

    def assign_key(self) -> None:
        """Give a new session its key before it is saved; no row is stored unless the session is modified later."""
        if self.session_key is None:
            self._session_key, self._session_cache, self.is_new = self._get_new_session_key(), {}, True

    def save(self, must_create: bool = False) -> None:
        """Insert a new session or update an existing one. Raises CreateError or UpdateError."""
        super().save(must_create=must_create or self.is_new)
        self.is_new = False

    def exists(self, session_key: str) -> bool:
        return self.model.objects.filter(session_key=at_rest(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        instance = super().create_model_instance(data)
        instance.session_key = at_rest(instance.session_key)
        return instance

    def delete(self, session_key: str | None = None) -> None:
        """A single DELETE; Django's version reads the row first."""
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=at_rest(key)).delete()
