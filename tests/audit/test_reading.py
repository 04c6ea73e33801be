"""A row read by a plain statement is the row Django reads; one inserted by a plain statement is the row Django inserts."""

import pytest
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils import timezone

from accounts.models import AccessKey, Member
from audit.inserting import insert_numbered
from audit.reading import find
from outbox.models import Message
from outbox.queue import put_message

pytestmark = pytest.mark.django_db


def everything(row: object) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_dates_moments_and_truths_are_read_as_django_reads_them(member: Member) -> None:
    Member.objects.update(held_until=timezone.now())
    found = find(Member, "document = %s", member.document)
    assert found is not None
    assert everything(found) == everything(Member.objects.get())


def test_so_are_uuids() -> None:
    put = put_message(kind="x", to="a@correo.example", subject="s", text="t", expires_at=timezone.now())
    found = find(Message, "kind = %s", "x")
    assert found is not None
    assert everything(found) == everything(Message.objects.get(pk=put.pk))


def test_what_is_not_there_is_none() -> None:
    assert find(Member, "document = %s", "1") is None


def test_a_locked_row_is_the_same(member: Member) -> None:
    with transaction.atomic():
        assert find(Member, "id = %s", member.pk, lock=True) == member


def test_a_row_gets_the_number_it_was_inserted_under(member: Member) -> None:
    key = AccessKey(member=member, kind=AccessKey.Kind.TEMPORARY, created_at=timezone.now())
    insert_numbered(key)
    assert not key._state.adding
    assert model_to_dict(key) == model_to_dict(AccessKey.objects.get())
