"""Plain statements read and insert the same rows as Django's ORM, on both databases."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.sessions.models import Session
from django.db import models, transaction

from accounts.models import AccessKey, KnownDevice, Member
from common.sql.batch import run_batch
from common.sql.insert import insert_returning_id
from common.sql.select import select, select_one
from tests.access import choose, given

pytestmark = pytest.mark.django_db
NOON = datetime(2021, 10, 21, 17, 0, 0, 123456, tzinfo=UTC)


def values_of(row: models.Model) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def make_rows(member: Member) -> None:
    choose(member, "48271")
    given(member, "temporary")
    Member.objects.update(birth_date=date(1951, 10, 12), blocked_at=NOON, held_until=None)
    KnownDevice.objects.create(member=member, digest="d" * 64, created_at=NOON, used_at=NOON)
    Session.objects.create(session_key="k", session_data="x", expire_date=NOON)


@pytest.mark.parametrize("model", [Member, AccessKey, KnownDevice, Session])
def test_every_value_is_the_one_django_reads(member: Member, model: type[models.Model]) -> None:
    make_rows(member)
    assert [values_of(row) for row in select(model, "1 = %s", 1)] == [values_of(row) for row in model.objects.order_by("pk")]


def test_moments_are_written_and_compared_as_django_does(member: Member) -> None:
    run_batch(("UPDATE accounts_member SET last_entry_at = %s WHERE id = %s", [NOON, member.pk]))
    assert Member.objects.get().last_entry_at == NOON
    assert Member.objects.filter(last_entry_at=NOON).exists()
    assert select(Member, "last_entry_at = %s", NOON)
    assert not select(Member, "last_entry_at > %s", NOON)


def test_a_missing_row_is_none() -> None:
    assert select_one(Member, "document = %s", "1") is None


def test_a_locked_row_is_the_same(member: Member) -> None:
    with transaction.atomic():
        assert select_one(Member, "id = %s", member.pk, lock=True) == member


def test_an_inserted_row_gets_its_generated_id(member: Member) -> None:
    key = AccessKey(member=member, kind=AccessKey.Kind.TEMPORARY, created_at=NOON)
    insert_returning_id(key)
    assert not key._state.adding
    assert values_of(key) == values_of(AccessKey.objects.get())
