"""The clock jumps: a step back refills no rate limit, and nothing expired becomes valid again."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Member
from tests.access import choose, given, sign_in

pytestmark = pytest.mark.django_db


def statuses(document: str, tries: int) -> list[int]:
    return [sign_in(Client(), document, "60382").status_code for _ in range(tries)]


@pytest.mark.parametrize("back", [timedelta(minutes=1), timedelta(hours=1), timedelta(days=400)])
def test_a_step_back_gives_no_new_attempts(member: Member, clock, back: timedelta) -> None:
    choose(member, "48271")
    assert statuses(member.document, 6) == [200] * 5 + [429]
    clock.now -= back
    assert statuses(member.document, 3) == [429] * 3


def test_a_step_forward_and_back_gives_no_more_than_the_time_between(member: Member, clock) -> None:
    choose(member, "48271")
    statuses(member.document, 5)
    clock.forward(minutes=10)
    assert statuses(member.document, 2) == [200, 429]
    clock.forward(minutes=-10)
    assert statuses(member.document, 2) == [429, 429]
    clock.forward(minutes=10)
    assert statuses(member.document, 1) == [429]


def test_an_issued_key_expires_on_time_whatever_happened_before(member: Member, clock) -> None:
    key = given(member, "temporary")
    clock.forward(minutes=40)
    clock.forward(minutes=-20)
    clock.forward(minutes=11)
    assert sign_in(Client(), member.document, key).status_code == 200


def test_a_session_does_not_survive_a_step_forward(client: Client, member: Member, clock) -> None:
    choose(member, "48271")
    sign_in(client, member.document, "48271")
    clock.forward(hours=9)
    assert client.get("/estado-de-cuenta/").status_code == 302
    clock.forward(hours=-9)
    assert client.get("/estado-de-cuenta/").status_code == 302


def test_the_trail_keeps_its_order_when_the_clock_does_not(member: Member, clock) -> None:
    from audit.models import Event
    from audit.verify import first_break

    choose(member, "48271")
    statuses(member.document, 2)
    clock.now -= timedelta(days=3)
    statuses(member.document, 2)
    assert list(Event.objects.order_by("number").values_list("number", flat=True)) == list(range(1, Event.objects.count() + 1))
    assert first_break() is None
