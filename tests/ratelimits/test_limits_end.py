"""Rate limit rows end with the key they protect; a refused attempt is charged once and shown in its browser only."""

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import hashers
from accounts import sign_in as entry
from accounts.attack_mode import in_attack_mode
from accounts.models import AccessKey, Member, Miss, PortalCounts
from accounts.portal_counts import count_portal
from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Event
from cooperen.purge import purge
from ratelimits import rates
from ratelimits.gcra import Limit, WrongOrder, charge, microseconds, remaining, remaining_after
from ratelimits.models import RateLimit
from tests import office
from tests.access import change, choose, given, sign_in
from tests.makers import make_member

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator("pruebas")
WRONG = {"temporary": "0417", "initial": "604172", "mailed": "604172"}
LIVES = {"temporary": timedelta(minutes=30), "initial": timedelta(days=30), "mailed": timedelta(hours=24)}
NAMES = {"temporary": "temporary_others", "initial": "initial_key", "mailed": "mailed_key"}


@pytest.mark.parametrize("kind", LIVES)
def test_the_row_of_a_given_key_is_removed_when_the_key_ends(member: Member, kind: str, clock) -> None:
    given(member, kind)
    for _ in range(3):
        sign_in(Client(), member.document, WRONG[kind])
    clock.forward(seconds=LIVES[kind].total_seconds() - 5)
    purge(by=OPERATOR)
    row = RateLimit.objects.filter(name=NAMES[kind])
    if kind != "initial":  # one more a day: after thirty days it has been full for long
        assert row.exists()
    clock.forward(seconds=10)
    purge(by=OPERATOR)
    assert not row.exists()


@pytest.mark.parametrize("kind", LIVES)
def test_the_row_of_a_missing_key_is_removed_after_a_day(kind: str, clock) -> None:
    for _ in range(3):
        sign_in(Client(), "99999999", WRONG[kind])
    clock.forward(hours=24, seconds=1)
    purge(by=OPERATOR)
    assert not RateLimit.objects.filter(name=NAMES[kind]).exists()


def test_no_row_outlives_its_rate_limit(member: Member, clock) -> None:
    """The longest life is that of the slowest limit, 180 days; given keys' rows have their own end."""
    for document in (member.document, "99999999"):
        for key in ("60382", "0417", "604172"):
            for _ in range(3):
                sign_in(Client(), document, key)
    longest = microseconds(timezone.now() + timedelta(days=180))
    assert not RateLimit.objects.filter(tat__gt=longest, ends_at=None).exists()
    assert not RateLimit.objects.filter(ends_at__gt=longest).exists()
    clock.forward(days=181)
    purge(by=OPERATOR)
    assert set(RateLimit.objects.values_list("name", flat=True)) <= {"portal"}


def test_a_lost_race_against_a_key_change_is_refunded_once(member: Member, clock) -> None:
    choose(member, "48271")
    client = Client()
    look_again = entry._look_again

    def late(key: AccessKey) -> object:
        AccessKey.objects.update(must_change=True)
        return look_again(key)

    with mock.patch("accounts.sign_in._look_again", late):
        assert sign_in(client, member.document, "48271").status_code == 200
    assert remaining(rates.sign_in_short(member.document)) == 4
    assert remaining(rates.sign_in_network("127.0.0.0/24")) == 59
    assert Miss.objects.count() == 1
    AccessKey.objects.update(must_change=False)
    assert sign_in(client, member.document, "48271").status_code == 302
    assert remaining(rates.sign_in_short(member.document)) == 5
    assert remaining(rates.sign_in_network("127.0.0.0/24")) == 60
    assert not Miss.objects.exists()


def test_a_lost_race_of_a_change_is_refunded_once(member: Member, clock) -> None:
    choose(member, "48271")
    client = Client()
    client.get("/acceso/")
    with mock.patch("accounts.actions.choose_key", return_value=None):
        change(client, member.document, "48271", "60382")
    assert remaining(rates.sign_in_short(member.document)) == 4
    assert change(client, member.document, "48271", "60382").status_code == 302
    assert remaining(rates.sign_in_short(member.document)) == 5
    assert remaining(rates.sign_in_long(member.document)) == 11


def test_a_success_does_not_refund_what_the_network_spent_on_other_documents(member: Member, clock) -> None:
    choose(member, "48271")
    client = Client()
    for document in ("99999991", "99999992", member.document):
        sign_in(client, document, "60382")
    sign_in(client, member.document, "48271")
    assert remaining(rates.sign_in_network("127.0.0.0/24")) == 58


def test_a_document_is_never_charged_before_its_network() -> None:
    network, document = rates.sign_in_network("192.0.2.0/24"), rates.sign_in_short("32451867")
    with pytest.raises(WrongOrder):
        charge(document, network, by=OPERATOR)


@pytest.mark.parametrize("document", ["32451867", "99999999"])
def test_the_attempts_left_are_those_of_this_browser_alone(member: Member, document: str, clock) -> None:
    choose(member, "48271")
    other, own = Client(REMOTE_ADDR="203.0.113.9"), Client()
    sign_in(other, document, "60382")
    pages = [sign_in(own, document, "60382").content.decode() for _ in range(4)]
    assert ["Le queda" in page for page in pages] == [False, False, True, True]
    assert "Le quedan 2 intentos." in pages[2]
    assert "Le queda 1 intento." in pages[3]


@pytest.mark.parametrize("document", ["32451867", "99999999"])
def test_with_the_last_attempt_the_page_states_the_lockout_at_once(member: Member, document: str, clock) -> None:
    choose(member, "48271")
    client = Client()
    pages = [sign_in(client, document, "60382") for _ in range(5)]
    assert [page.status_code for page in pages] == [200] * 5
    last = pages[4].content.decode().replace("\u00a0", " ")
    assert "está en pausa hasta las 3:26 p. m." in last
    assert "Le quedan 0" not in last


def test_remaining_after_agrees_with_the_row(clock) -> None:
    limit, charged = Limit("x", "somebody", 5, timedelta(minutes=10)), []
    for minutes in (0, 1, 12, 3, 0):
        clock.forward(minutes=minutes)
        with mock.patch("ratelimits.gcra._alone", mock.MagicMock()):
            charge(limit, by=OPERATOR)
        charged.append(clock.now)
        assert remaining_after(limit, charged, clock.now) == remaining(limit)


def test_the_portal_is_charged_for_failures_alone(member: Member, clock) -> None:
    choose(member, "48271")
    portal = rates.portal(members=0)
    assert sign_in(Client(), member.document, "48271").status_code == 302
    assert not RateLimit.objects.filter(pk=portal.id).exists()
    for _ in range(7):  # five are verified, two refused by the document
        sign_in(Client(), member.document, "60382")
    assert remaining(portal) == 495
    for _ in range(4):  # two are verified, two silently refused
        sign_in(Client(), member.document, "0417")
    assert remaining(portal) == 491


def test_a_written_cache_does_not_size_the_portals_limit(member: Member, clock) -> None:
    for value in (10**9, "mucho", b"x"):
        cache.set("members", value)
        count_portal()
        full = rates.portal(members=1)
        RateLimit.objects.update_or_create(
            pk=full.id,
            defaults={"name": "portal", "tat": microseconds(clock.now + timedelta(hours=20)), "alarm_at": 1},
        )
        assert in_attack_mode()


def test_the_counts_are_of_the_registry_and_the_stored_keys(member: Member, staff: Member) -> None:
    Member.objects.filter(pk=staff.pk).update(in_registry=False)
    choose(member, "48271")
    given(member, "initial")
    count_portal()
    row = PortalCounts.objects.get()
    assert row.members == 1
    assert row.hashes == {
        "chosen": {"8,1,1": 1},
        "temporary": {},
        "initial": {"8,1,1": 1},
        "mailed": {},
        "staff": {},
        "set": {"8,1,1": 1},
    }


def hashed_with(document: str, key: str) -> list[str]:
    """The Argon2 parameters of each hash that an attempt computes."""
    with mock.patch("accounts.hashers._verify", wraps=hashers._verify) as verify:
        sign_in(Client(REMOTE_ADDR="192.0.2.1"), document, key)
    return [re.search(r"\$(m=\d+,t=\d+,p=\d+)\$", call.args[0])[1] for call in verify.call_args_list]


@pytest.mark.parametrize("kind", [*LIVES, "chosen"])
def test_raised_parameters_do_not_distinguish_members_from_strangers(member: Member, kind: str, settings) -> None:
    """Strangers' dummy hashes keep the parameters of the stored keys of that kind."""
    choose(member, "48271") if kind == "chosen" else given(member, kind)
    count_portal()
    settings.ARGON2_PARAMETERS = (16, 1, 1)
    key = WRONG.get(kind, "60382")
    assert "m=8,t=1,p=1" in hashed_with(member.document, key)
    assert sorted(hashed_with("99999999", key)) == sorted(hashed_with(member.document, key))


def test_while_some_keys_are_rehashed_strangers_are_drawn_in_their_proportion(settings) -> None:
    for number in range(40):
        settings.ARGON2_PARAMETERS = (8, 1, 1) if number % 4 else (16, 1, 1)
        choose(make_member(document=str(40_000_000 + number)), "48271")
    count_portal()
    settings.ARGON2_PARAMETERS = (16, 1, 1)
    drawn = []
    for number in range(200):
        RateLimit.objects.all().delete()
        drawn += hashed_with(str(90_000_000 + number), "60382")
    assert 0.6 < drawn.count("m=8,t=1,p=1") / 200 < 0.9  # three in four, within five standard errors
    again = [hashed_with(str(90_000_000 + number), "60382")[0] for number in range(20)]
    assert again == drawn[:20]


def test_no_index_but_the_primary_key_prevents_updates_in_place() -> None:
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "accounts_budget")
    assert [found[name]["columns"] for name in found if found[name]["index"] or found[name]["primary_key"]] == [["id"]]


def test_raised_parameters_do_not_reveal_staff_accounts(settings) -> None:
    office.hire("auxiliar")
    count_portal()
    settings.ARGON2_PARAMETERS = (16, 1, 1)
    hashed = []
    for document in ("43018552", "99999999"):
        with mock.patch("argon2.PasswordHasher.verify") as verify, mock.patch("argon2.low_level.verify_secret") as secret:
            Client().post("/admin/login/", {"documento": document, "contrasena": "otra cosa muy larga", "codigo": "123456"})
        texts = [str(call.args) for call in [*verify.call_args_list, *secret.call_args_list]]
        hashed.append([re.search(r"\$(m=\d+,t=\d+,p=\d+)\$", text)[1] for text in texts])
    assert hashed == [["m=8,t=1,p=1"]] * 2


def test_a_device_that_used_up_its_attempts_is_charged_to_its_network(member: Member, clock) -> None:
    """Otherwise its owner buys hashes and events without end, also from a network that is locked out."""
    choose(member, "48271")
    phone = Client()
    assert sign_in(phone, member.document, "48271").status_code == 302
    statuses = [sign_in(phone, member.document, "60382").status_code for _ in range(75)]
    assert statuses == [200] * 68 + [429] * 7
    assert Event.objects.filter(kind=Kind.SIGN_IN_REFUSED).count() == 68
    assert remaining(rates.sign_in_short(member.document)) == 5


def test_a_device_with_attempts_left_is_not_refused_by_its_network(member: Member, clock) -> None:
    choose(member, "48271")
    phone = Client()
    sign_in(phone, member.document, "48271")
    for number in range(61):
        sign_in(Client(), str(70_000_000 + number), "60382")
    assert sign_in(phone, member.document, "48271").status_code == 302


def test_right_keys_are_refunded_forty_times_and_then_charged_like_wrong_ones(member: Member, clock) -> None:
    choose(member, "48271")
    statuses = [sign_in(Client(), member.document, "48271").status_code for _ in range(60)]
    assert statuses == [302] * 45 + [429] * 15
    clock.forward(hours=2)
    assert sign_in(Client(), member.document, "48271").status_code == 302


def test_questions_after_a_right_key_are_refunded_forty_times(member: Member, clock) -> None:
    for key in ("60382", "48271"):
        choose(member, key)
    pages = [change(Client(), member.document, "48271", "60382").status_code for _ in range(60)]
    assert pages == [200] * 45 + [429] * 15


def test_a_miss_that_the_portal_had_no_room_for_is_not_refunded_to_it(member: Member, clock) -> None:
    choose(member, "48271")
    portal = rates.portal(members=0)
    full = microseconds(clock.now) + portal.burst * portal.step
    RateLimit.objects.create(id=portal.id, name="portal", tat=full)
    client = Client()
    with mock.patch("accounts.attack_mode.start"):
        for _ in range(4):
            sign_in(client, member.document, "60382")
    assert sign_in(client, member.document, "48271").status_code == 302
    assert RateLimit.objects.get(pk=portal.id).tat == full


def test_a_kind_of_key_nobody_had_at_the_count_keeps_the_parameters_set_then(member: Member, settings) -> None:
    count_portal()
    settings.ARGON2_PARAMETERS = (16, 1, 1)
    assert hashed_with("99999999", "604172") == ["m=8,t=1,p=1"] * 2
