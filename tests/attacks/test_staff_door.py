"""A stranger at the staff sign-in: how many hashes one network may cost, and which accounts it can lock out."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from audit.models import Event
from outbox.models import Job
from ratelimits import rates
from ratelimits.gcra import remaining_of_each
from ratelimits.models import RateLimit
from tests.access import choose
from tests.access import sign_in as member_sign_in
from tests.office import PASSWORD, hire, sign_in

pytestmark = pytest.mark.django_db
HERE, NETWORK = "198.51.100.7", "198.51.100.0/24"


def attack(documents: list[str]) -> list[int]:
    """Post a wrong password for each document, from one address and a new browser each; the statuses."""
    wrong = {"contrasena": "otra cosa muy larga", "codigo": "123456"}
    return [Client(REMOTE_ADDR=HERE).post("/admin/login/", {"documento": who, **wrong}).status_code for who in documents]


@pytest.mark.parametrize("one", [True, False], ids=["one account", "many accounts"])
def test_200_wrong_passwords_from_one_address_cost_60_hashes_and_lock_out_no_other_network(
    one: bool, member: Member, clock: Any, hashes: list[str]
):
    staff, colleague = hire("auxiliar"), hire("supervisor")
    hashes.clear()
    events = Event.objects.count()
    statuses = attack([staff.document if one else str(6_000_000 + number) for number in range(200)])
    assert len(hashes) == 60
    assert statuses == [200] * 60 + [429] * 140
    assert Event.objects.count() - events <= 62
    assert Job.objects.count() <= 60
    # no limit of members is charged, and members of the same network can sign in
    assert not RateLimit.objects.filter(name__startswith="sign_in").exists()
    assert remaining_of_each(rates.portal(members=0)) == [rates.portal(members=0).burst]
    assert member_sign_in(Client(REMOTE_ADDR=HERE), member.document, choose(member, "48271")).status_code == 302
    for person in (colleague, staff):
        assert sign_in(Client(REMOTE_ADDR="203.0.113.7"), person).status_code == 302
    assert sign_in(Client(REMOTE_ADDR=HERE), colleague).status_code == 429


def test_refused_attempts_leave_no_rows(clock: Any, hashes: list[str]):
    attack([str(6_000_000 + number) for number in range(61)])
    rows = (RateLimit.objects.count(), Event.objects.count(), Job.objects.count(), len(hashes))
    assert set(attack([str(7_000_000 + number) for number in range(150)])) == {429}
    assert (RateLimit.objects.count(), Event.objects.count(), Job.objects.count(), len(hashes)) == rows


def test_the_lockout_allows_one_attempt_each_two_minutes(clock: Any, hashes: list[str]):
    attack([str(6_000_000 + number) for number in range(61)])
    clock.forward(minutes=2, seconds=1)
    assert attack(["7000001", "7000002"]) == [200, 429]


def test_a_right_password_is_refused_from_a_locked_out_network(clock: Any):
    staff = hire("auxiliar")
    attack([str(6_000_000 + number) for number in range(60)])
    page = sign_in(Client(REMOTE_ADDR=HERE), staff, password=PASSWORD)
    assert page.status_code == 429
