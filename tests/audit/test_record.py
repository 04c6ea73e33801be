"""An event is written in the transaction of its action or not at all, and never contains a secret."""

import json

import pytest
from django.db import transaction

from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Event
from audit.record import NotForTheTrail, action, record, subject_of
from audit.verify import first_break

pytestmark = pytest.mark.django_db
BY = Actor.operator("pruebas")


def details() -> dict[str, object]:
    return json.loads(Event.objects.latest("number").details)


@pytest.mark.parametrize("name", ["key", "password", "clave", "answers", "sealed", "code", "secret", "form"])
def test_an_unlisted_detail_is_refused(name: str):
    with pytest.raises(NotForTheTrail):
        record(Kind.KEY_ISSUED, by=BY, **{name: "82519"})
    assert not Event.objects.exists()


@pytest.mark.parametrize("typed", ["su clave es 48271", "le di 904417", "la 2315.", "código 5550142837"])
def test_digits_that_look_like_a_key_are_masked_in_a_reason(typed: str):
    record(Kind.KEY_ISSUED, by=BY, reason=typed)
    assert "····" in details()["reason"]
    assert not any(character.isdigit() for character in details()["reason"])


def test_the_document_is_kept_as_a_digest_and_three_digits(member: Member):
    record(Kind.SIGNED_IN, by=BY, document=member.document)
    event = Event.objects.get()
    assert event.subject == subject_of(member.document)
    assert event.subject_tail == member.document[-3:]
    assert member.document not in json.dumps([event.subject, event.details])


def test_an_action_rolled_back_leaves_no_event():
    with pytest.raises(RuntimeError), action():
        record(Kind.KEY_ISSUED, by=BY)
        raise RuntimeError
    assert not Event.objects.exists()


def test_a_nested_action_rolled_back_drops_only_its_own_events():
    with action():
        record(Kind.KEY_ISSUED, by=BY)
        with pytest.raises(RuntimeError), action():
            record(Kind.MEMBER_BLOCKED, by=BY)
            raise RuntimeError
    assert [event.kind for event in Event.objects.all()] == [Kind.KEY_ISSUED]
    assert first_break() is None


def test_an_event_is_rolled_back_with_the_callers_transaction():
    with pytest.raises(RuntimeError), transaction.atomic():
        record(Kind.KEY_ISSUED, by=BY)
        raise RuntimeError
    record(Kind.MEMBER_BLOCKED, by=BY)
    assert Event.objects.get().number == 1


@pytest.mark.parametrize("typed", ["a\x00b", "línea\notra", "\udcff", "\u202egnp"])
def test_odd_characters_cannot_forge_a_line(typed: str):
    record(Kind.KEY_ISSUED, by=Actor.operator(typed), reason=typed)
    event = Event.objects.get()
    assert event.actor.isprintable()
    assert first_break() is None
