"""The shared cache is unreachable: sign-in still works, and its rate limits hold."""

import pytest
from django.core.cache import cache
from django.core.cache.backends.base import BaseCache
from django.test import Client

from accounts.models import Member
from tests.access import choose, sign_in
from tests.recovery import walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that raises, as when nothing listens at CACHE_URL."""
    real = type(cache._connections["default"])  # type: ignore[attr-defined]

    def refuse(*_: object, **__: object) -> None:
        raise ConnectionError("nobody listens")

    for verb in ("get", "set", "add", "get_many", "delete", "incr", "has_key", "touch"):
        if hasattr(real, verb):
            monkeypatch.setattr(real, verb, refuse)
    assert issubclass(real, BaseCache)


def test_a_right_key_opens_and_wrong_ones_are_counted(member: Member, no_cache: None) -> None:
    choose(member, "48271")
    assert sign_in(Client(), member.document, "48271").status_code == 302
    assert [sign_in(Client(), member.document, "60382").status_code for _ in range(6)] == [200] * 5 + [429]


def test_the_recovery_works(client: Client, member: Member, no_cache: None) -> None:
    walk.recover(client, member)
    assert walk.shown_key(client)
