"""Django's database sessions, but the table holds only a digest of the session key.

A copy of the database has no cookie that could be sent. Sessions live in the database alone, also where there is a
shared cache: one left behind in a cache that was out of reach at «Salida Segura» would open again (decision 1).
"""

import secrets
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.utils import timezone

from common.sql.select import select_one
from vault.digests import digest


def at_rest(session_key: str | None) -> str:
    """What the table holds for this session key: 40 hex digits, the column's width."""
    return digest("session", session_key or "")[:40]


class SessionStore(DatabaseStore):
    """The session key is hashed wherever it is stored or looked up."""

    is_new = False  # has a key that is not in the table yet

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        row = select_one(self.model, "session_key = %s AND expire_date > %s", at_rest(self.session_key), timezone.now())
        if row is None:
            self._session_key = None
        return row

    def _get_new_session_key(self) -> str:
        """128 random bits in hex; not looked up first, because the INSERT would refuse a second one."""
        return secrets.token_hex(16)

    def cycle_key(self) -> None:
        """The same content under a new key, written once, when the session is saved."""
        content, old = self._get_session(), self.session_key  # type: ignore[attr-defined]
        if old:
            self.delete(old)
        self._session_key, self._session_cache = self._get_new_session_key(), content
        self.modified = self.is_new = True

    def draw_key(self) -> None:
        """Give a browser without a session a key to be known by; stored only if the session is modified later."""
        if self.session_key is None:
            self._session_key, self._session_cache, self.is_new = self._get_new_session_key(), {}, True

    def save(self, must_create: bool = False) -> None:
        """Insert a new session, update a known one. Raises CreateError or UpdateError."""
        super().save(must_create=must_create or self.is_new)
        self.is_new = False

    def exists(self, session_key: str) -> bool:
        return self.model.objects.filter(session_key=at_rest(session_key)).exists()

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        instance = super().create_model_instance(data)
        instance.session_key = at_rest(instance.session_key)
        return instance

    def delete(self, session_key: str | None = None) -> None:
        """One DELETE; Django's own reads the row before."""
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=at_rest(key)).delete()
