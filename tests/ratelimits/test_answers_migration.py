"""The interval of the recovery's answers was doubled: stored rows give exactly as many attempts as before."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from ratelimits import rates
from ratelimits.gcra import Limit, charge_quietly, microseconds, remaining
from ratelimits.models import RateLimit

pytestmark = pytest.mark.django_db
MIGRATION = import_module("ratelimits.migrations.0002_answers_every_720_days")
OLD, NEW = timedelta(days=360), timedelta(days=720)
AGES = [timedelta(0), timedelta(days=1), timedelta(days=359), timedelta(days=360), timedelta(days=500), timedelta(days=1079)]
EDITOR = SimpleNamespace(connection=connection)


def limit(every: timedelta, number: int = 0) -> Limit:
    return Limit("answers_document", f"{number} rosa@correo.example", 3, every, str(number))


def attempts(limit: Limit) -> int:
    return sum(charge_quietly(limit) for _ in range(5))


@pytest.mark.parametrize("age", AGES)
@pytest.mark.parametrize("used", range(4))
def test_no_row_gains_or_loses_an_attempt(used: int, age: timedelta, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(used):
        charge_quietly(limit(OLD))
    clock.now += age
    before = remaining(limit(OLD))
    monkeypatch.setattr(MIGRATION, "now", lambda: microseconds(clock.now))
    MIGRATION.double(None, EDITOR)
    assert remaining(limit(NEW)) == before == attempts(limit(NEW))


def test_reversing_gives_the_row_back(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    charge_quietly(limit(OLD))
    before = RateLimit.objects.get().tat
    monkeypatch.setattr(MIGRATION, "now", lambda: microseconds(clock.now))
    MIGRATION.double(None, EDITOR)
    assert RateLimit.objects.get().tat > before
    MIGRATION.halve(None, EDITOR)
    assert RateLimit.objects.get().tat == before


def test_other_limits_stay_as_they_are(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    charge_quietly(rates.mail_road_keys("32451867"))
    before = RateLimit.objects.get().tat
    monkeypatch.setattr(MIGRATION, "now", lambda: microseconds(clock.now))
    MIGRATION.double(None, EDITOR)
    assert RateLimit.objects.get().tat == before


def test_the_interval_is_the_one_the_migration_leads_to() -> None:
    assert rates.answers_document("1", "a@b.co").every == NEW
