"""Django's database sessions, but the table knows only a digest of the cookie.

Whoever copies the database finds no cookie he could send. Sessions are kept in the database alone, also where there is a
shared cache: one left behind in a cache that was out of reach at «Salida Segura» would open again (docs/decisions).
"""

import secrets
from typing import Any

from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import IntegrityError
from django.utils import timezone

from audit.inserting import insert
from audit.reading import find
from audit.together import run_together
from vault.digests import digest

UPDATE = "UPDATE django_session SET session_data = %s, expire_date = %s WHERE session_key = %s"


def at_rest(session_key: str | None) -> str:
    """What stands in the table for this cookie (40 hex digits: the column's width)."""
    return digest("session", session_key or "")[:40]


class SessionStore(DatabaseStore):
    """The cookie's value is hashed wherever it would be stored or looked up."""

    is_new = False  # has a key that is not in the table yet

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        row = find(self.model, "session_key = %s AND expire_date > %s", at_rest(self.session_key), timezone.now())
        if row is None:
            self._session_key = None
        return row

    def _get_new_session_key(self) -> str:
        """128 random bits in hex; not looked up first, because the INSERT would refuse a second one."""
        return secrets.token_hex(16)

    def cycle_key(self) -> None:
        """The same content under a new key, written when the session is saved, and only then."""
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
        """As Django's own, each way one statement. Raises CreateError or UpdateError."""
        if self.session_key is None:
            return self.create()
        row = self.create_model_instance(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        if not (must_create or self.is_new):
            return self._update(row)
        try:
            insert([row])
        except IntegrityError:
            raise CreateError from None
        self.is_new = False

    def _update(self, row: AbstractBaseSession) -> None:
        (answer,) = run_together((UPDATE, [row.session_data, row.expire_date, row.session_key]))
        if not answer.written:
            raise UpdateError

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
