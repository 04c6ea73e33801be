"""Sessions: none planted, none left over, and neither realm's session opens the other's pages."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import access_actions, actions
from accounts.backends import STAFF_BACKEND
from accounts.middleware import OPEN_WHILE_MUST_CHANGE
from accounts.models import REALM_KEY, STAFF_REALM, Member
from audit.actors import Actor
from tests.access import change, choose, given, sign_in
from tests.attacks.urls import every_url

pytestmark = pytest.mark.django_db
STATEMENT = "/estado-de-cuenta/"
BY = Actor.operator("ana")
OPEN_TO_ALL = {
    "home", "privacy", "accessibility", "health", "alive", "accounts:sign_in",
    "accounts:change_key", "accounts:leave", "accounts:disown",
    "recovery:start", "recovery:questions", "recovery:result", "word_picture:picture",
}  # fmt: skip


def inside(client: Client) -> bool:
    return client.get(STATEMENT).status_code == 200


def cookie(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def entered(client: Client, member: Member) -> Client:
    choose(member, "48271")
    assert sign_in(client, member.document, "48271").status_code == 302
    assert inside(client)
    return client


def test_an_invented_session_id_is_not_accepted(client: Client, member: Member) -> None:
    choose(member, "48271")
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    sign_in(client, member.document, "48271")
    assert cookie(client) != "a" * 32


def test_a_session_planted_before_sign_in_opens_nothing_afterwards(client: Client, member: Member) -> None:
    choose(member, "48271")
    sign_in(client, member.document, "60382")  # gives this browser a session
    planted = cookie(client)
    sign_in(client, member.document, "48271")
    attacker = Client()
    attacker.cookies[settings.SESSION_COOKIE_NAME] = planted
    assert cookie(client) != planted
    assert not inside(attacker)


def test_recovery_begins_in_a_new_session(client: Client, member: Member) -> None:
    sign_in(client, member.document, "60382")
    planted = cookie(client)
    client.post("/recuperar/", {"documento": member.document})
    assert cookie(client) != planted


def test_the_session_table_contains_no_usable_cookie(entered: Client) -> None:
    for row in Session.objects.all():
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = row.session_key
        assert not inside(thief)


def test_signing_out_ends_the_session_for_a_kept_cookie_too(entered: Client) -> None:
    kept = cookie(entered)
    entered.post("/acceso/salir/")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept
    assert not inside(thief)


@pytest.mark.parametrize("change_made", ["change", "block", "require change", "retire", "emergency"])
def test_every_session_ends_when_the_access_changes(entered: Client, member: Member, change_made: str) -> None:
    member.refresh_from_db()
    if change_made == "change":
        change(Client(), member.document, "48271", "60382")
    elif change_made == "block":
        access_actions.block_member(member=member, by=BY, reason="Lo pidió")
    elif change_made == "require change":
        actions.require_change(member=member, by=BY, reason="Lo pidió")
    elif change_made == "retire":
        Member.objects.filter(pk=member.pk).update(status=Member.Status.RETIRED)
    else:
        from accounts.actions import invalidate_keys

        invalidate_keys(by=BY, reason="robo")
    assert not inside(entered)


def test_a_must_change_session_reaches_no_url_but_change_and_leave(client: Client, member: Member) -> None:
    sign_in(client, member.document, given(member, "initial"))
    walked = 0
    for address, name in every_url():
        if name not in OPEN_WHILE_MUST_CHANGE:
            response = client.get(address)
            assert response.headers.get("Location") == "/acceso/cambiar-clave/", (address, response.status_code)
            walked += 1
    assert walked > 8
    assert OPEN_WHILE_MUST_CHANGE == {
        "accounts:change_key",
        "accounts:leave",
        "home",
        "privacy",
        "accessibility",
        "health",
        "alive",
    }


def test_a_stranger_reaches_no_url_that_is_not_marked_public(client: Client) -> None:
    for address, name in every_url():
        if name not in OPEN_TO_ALL and not name.startswith("admin:"):
            assert client.get(address).headers.get("Location") == "/acceso/", address


def test_a_member_session_opens_no_page_of_the_staff_realm(entered: Client, member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(is_staff=True, is_superuser=True)
    pages = [address for address, name in every_url() if name.startswith("admin:")]
    for address in pages:
        response = entered.get(address)
        assert response.status_code in (301, 302, 403, 404) or "Segundo factor" in response.content.decode() or (
            response.status_code == 200 and "Contraseña" in response.content.decode()
        ), address  # fmt: skip
    assert inside(entered)


def test_a_staff_session_opens_no_page_of_the_member_realm(client: Client, staff: Member) -> None:
    client.force_login(staff, backend=STAFF_BACKEND)
    session = client.session
    session.update({REALM_KEY: STAFF_REALM, "seen_at": 9e9, "started_at": 9e9})
    session.save()
    for address in (STATEMENT, "/acceso/dispositivos/", "/estado-de-cuenta/movimientos.csv"):
        assert client.get(address).headers["Location"] == "/acceso/", address


def test_the_device_cookie_alone_opens_nothing(entered: Client) -> None:
    thief = Client()
    thief.cookies["dispositivo"] = entered.cookies["dispositivo"].value
    assert not inside(thief)
