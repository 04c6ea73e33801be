"""One popular key on ten thousand documents from a thousand networks: when attack mode begins, and what opened before."""

import pytest
from django.test import Client

from accounts import attack_mode
from accounts.key_check import check_key
from accounts.models import Member
from accounts.visitors import Visitor
from ratelimits import rates
from ratelimits.models import RateLimit
from tests.access import choose, sign_in
from tests.attacks.popularity import allowed_by_popularity
from tests.attacks.spraying import expected_before_attack_mode, spray

pytestmark = pytest.mark.django_db


def test_attack_mode_begins_with_the_first_attempt_beyond_the_limit(clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.key_check.verify_nothing", lambda key, parameters: None)
    assert spray(documents=600, networks=200) == rates.portal(members=0).burst == 500
    assert attack_mode.in_attack_mode()
    assert expected_before_attack_mode() < 0.05
    page = Client().get("/acceso/").content.decode()
    assert "captcha_1" in page


def test_a_network_alone_is_stopped_after_sixty(clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.key_check.verify_nothing", lambda key, parameters: None)
    refused = [
        check_key(document=str(7_000_000 + number), key="48271", visitor=Visitor("192.0.2.0/24", "", "", "")).locked_until
        for number in range(62)
    ]
    assert [bool(until) for until in refused] == [False] * 60 + [True] * 2


def test_in_attack_mode_a_stranger_guesses_nothing_without_reading_the_picture(member: Member, clock) -> None:
    choose(member, allowed_by_popularity()[0])
    limit = rates.portal(members=0)
    RateLimit.objects.update_or_create(
        pk=limit.id, defaults={"name": limit.name, "tat": 2**60, "alarm_at": 1}
    )  # far beyond half
    assert sign_in(Client(), member.document, allowed_by_popularity()[0]).status_code == 200
    assert not RateLimit.objects.filter(name="sign_in_short").exists()
