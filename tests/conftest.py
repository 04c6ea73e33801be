"""Shared fixtures: named people, a clock that stands still, a database that can be flushed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Any

import pytest
from django.core.cache import cache
from django.test import TransactionTestCase

from accounts.attack_mode import Calm
from accounts.hashers import HASHING
from accounts.models import Member
from accounts.portal_counts import Counts, Remembered
from audit.triggers import drop_triggers
from ratelimits.unreadable_addresses import Noted
from recovery.registry_statistics import _unpacked_at, own_phones
from tests import makers

_empty = TransactionTestCase._fixture_teardown


def _empty_with_the_trail(self: TransactionTestCase) -> None:
    """Drop the audit triggers, which refuse a flush; `flush` sends post_migrate, which creates them again."""
    drop_triggers()
    _empty(self)


TransactionTestCase._fixture_teardown = _empty_with_the_trail  # type: ignore[method-assign]


class Clock:
    """Stands still at `now` until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> datetime:
        """Move on by `minutes=5`, `days=1` …"""
        self.now += timedelta(**amount)
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Thursday, 21 October 2021, 3:15 in the afternoon of Bogotá: the day of the members' manual."""
    standing = Clock(datetime(2021, 10, 21, 20, 15, tzinfo=UTC))
    monkeypatch.setattr("django.utils.timezone.now", standing)
    return standing


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Reset what a process caches between requests; the portal's counts start at zero, as just read."""
    Remembered.counts, Remembered.until = Counts(), inf
    yield
    cache.clear()
    Calm.until = 0.0
    Noted.after = 0.0
    _unpacked_at.cache_clear()
    own_phones.cache_clear()


@pytest.fixture
def hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list with one entry for each password or key hashed, dummy hashes included."""
    made: list[str] = []
    submit = HASHING.submit
    monkeypatch.setattr(HASHING, "submit", lambda verb, *given: made.append(verb.__name__) or submit(verb, *given))
    return made


@pytest.fixture
def member(db: Any) -> Member:
    """Rosa: active, every fact filled in, no key yet."""
    return makers.make_member()


@pytest.fixture
def other_member(db: Any) -> Member:
    """Hernán, who must never see Rosa's data."""
    return makers.make_other_member()


@pytest.fixture
def staff(db: Any) -> Member:
    """Patricia, a member of staff who is not in the registry."""
    return makers.make_staff()
