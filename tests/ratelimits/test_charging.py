"""Rate limits are charged in order, in a transaction of their own; sign-in checks again what may have changed."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts import sign_in as entry
from accounts.models import MAY_ENTER, AccessKey, KnownDevice, Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Event
from ratelimits.gcra import Limit, charge, remaining_of_each
from tests.access import choose, sign_in

NOBODY = Actor.stranger("192.0.2.0/24")


def limits(*bursts: int) -> list[Limit]:
    return [Limit(f"row {at}", "somebody", burst, timedelta(hours=1)) for at, burst in enumerate(bursts)]


@pytest.mark.django_db(transaction=True)
def test_limits_before_the_first_refusal_stay_charged_and_limits_after_it_are_not():
    rows = limits(5, 1, 5)
    assert charge(*rows, by=NOBODY) is None
    refusal = charge(*rows, by=NOBODY)
    assert refusal is not None
    assert refusal.limit == rows[1]
    assert refusal.first
    assert remaining_of_each(*rows) == [3, 0, 4]
    assert not charge(*rows, by=NOBODY).first
    assert Event.objects.filter(kind=Kind.RATE_LIMIT_REFUSED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_no_limit_is_charged_inside_a_transaction_that_could_be_rolled_back():
    with pytest.raises(RuntimeError), transaction.atomic():
        charge(*limits(5), by=NOBODY)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [{}, {"status": "retired"}, {"in_registry": False}, {"blocked_at": "2021-10-21T15:00Z"}])
def test_the_database_and_the_model_agree_on_who_may_enter(member: Member, state: dict) -> None:
    Member.objects.update(**state)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM accounts_member WHERE {MAY_ENTER}")  # noqa: S608  words of our own
        assert cursor.fetchone()[0] == Member.objects.get().may_enter


CHANGES = {
    "key ended": lambda key: AccessKey.objects.update(ended_at=key.created_at),
    "change asked for": lambda key: AccessKey.objects.update(must_change=True),
    "member blocked": lambda key: Member.objects.update(blocked_at=key.created_at),
}


@pytest.mark.django_db
@pytest.mark.parametrize("change", CHANGES)
def test_a_sign_in_that_loses_a_race_opens_no_session_and_leaves_no_row(member: Member, change: str) -> None:
    """The member or the key changes after the key was verified and before the session starts."""
    choose(member, "48271")
    look_again = entry._look_again

    def late(key: AccessKey) -> object:
        CHANGES[change](key)
        return look_again(key)

    client = Client()
    with mock.patch("accounts.sign_in._look_again", late):
        page = sign_in(client, member.document, "48271")
    assert "no coinciden" in page.content.decode()
    assert client.get("/estado-de-cuenta/").headers["Location"] == "/acceso/"
    assert not KnownDevice.objects.exists()
    assert Member.objects.get().last_entry_at is None
    assert [event.kind for event in Event.objects.order_by("-number")[:1]] == [Kind.SIGN_IN_REFUSED]
