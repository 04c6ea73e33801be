"""The upgrade of an installation in use: its rate limit rows get an end, and nobody gains an attempt."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accounts.hashers import seal_key
from vault.digests import digest

BEFORE, AFTER = ("accounts", "0002_no_index_nobody_asks"), ("accounts", "0003_limits_that_end")
EPOCH, NOW = datetime(1970, 1, 1, tzinfo=UTC), datetime.now(UTC)
NEVER, MICROSECOND = timedelta(days=3650), timedelta(microseconds=1)


@pytest.fixture
def old_portal(transactional_db: None) -> Any:
    """The historical models of the previous release; the newest schema is restored at the end."""
    executor = MigrationExecutor(connection)
    executor.migrate([BEFORE])
    yield executor.loader.project_state([BEFORE]).apps
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def row_id(name: str, subject: str) -> str:
    return digest("budget", name, subject)


def at(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def test_rows_of_live_keys_end_with_them_and_rows_of_dead_keys_are_removed(old_portal: Any) -> None:
    member = old_portal.get_model("accounts", "Member").objects.create(document="32451867", first_names="A", last_names="B")
    keys, limits = old_portal.get_model("accounts", "AccessKey"), old_portal.get_model("accounts", "Budget")
    expires = NOW + timedelta(hours=20)
    sealed = seal_key(member.pk, "mailed", "604172")
    key = keys.objects.create(member=member, kind="mailed", sealed=sealed, created_at=NOW, expires_at=expires)
    used = {"name": "mailed_key", "tat": at(NOW + 3 * NEVER)}
    live = limits.objects.create(id=row_id("mailed_key", f"32451867 {key.pk}"), **used)
    limits.objects.create(id=row_id("mailed_key", "32451867 0"), **used)
    limits.objects.create(id=row_id("temporary_others", "99999999 0"), name="temporary_others", tat=at(NOW + 2 * NEVER))
    short = limits.objects.create(id=row_id("sign_in_short", "32451867"), name="sign_in_short", tat=at(NOW))
    executor = MigrationExecutor(connection)
    executor.migrate([AFTER])
    new = executor.loader.project_state([AFTER]).apps
    rows = dict(new.get_model("accounts", "Budget").objects.values_list("pk", "ends_at"))
    assert rows == {live.pk: at(expires), short.pk: None}
    assert new.get_model("accounts", "Budget").objects.get(pk=live.pk).tat == live.tat
    counts = new.get_model("accounts", "PortalCounts").objects.get()
    assert (counts.members, counts.hashes) == (1, {"mailed": {"8,1,1": 1}, "set": {"8,1,1": 1}})
