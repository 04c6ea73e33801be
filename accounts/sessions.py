"""Django's database sessions, but the table knows only a digest of the cookie.

Whoever copies the database finds no cookie he could send. Sessions are kept in the database alone, also where there is a
shared cache: one left behind in a cache that was out of reach at «Salida Segura» would open again (docs/decisions).
"""

import secrets
from typing import Any

from django.contrib.sessions.backends.base import CreateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import IntegrityError
from django.utils import timezone

from audit.inserting import insert
from audit.reading import find
from vault.digests import digest


def at_rest(session_key: str | None) -> str:
    """What stands in the table for this cookie (40 hex digits: the column's width)."""
    return digest("session", session_key or "")[:40]


class SessionStore(DatabaseStore):
    """The cookie's value is hashed wherever it would be stored or looked up."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        row = find(self.model, "session_key = %s AND expire_date > %s", at_rest(self.session_key), timezone.now())
        if row is None:
            self._session_key = None
        return row

    def _get_new_session_key(self) -> str:
        """128 random bits in hex; not looked up first, because the INSERT would refuse a second one."""
        return secrets.token_hex(16)

    def save(self, must_create: bool = False) -> None:
        """As Django's own, but for a new session, which each sign-in makes: that is one statement."""
        if not must_create:
            return super().save()
        try:
            insert([self.create_model_instance(self._get_session(no_load=True))])  # type: ignore[attr-defined]
        except IntegrityError:
            raise CreateError from None

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
