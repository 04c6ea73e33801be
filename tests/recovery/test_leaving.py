"""The shown key is deleted when its page is left by any link, and only then."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Member
from recovery.leaving import STAYS
from recovery.models import Attempt
from tests.attacks.urls import every_url
from tests.recovery.walk import QUESTIONS, RESULT, picture_on, recover, shown_key, start

pytestmark = pytest.mark.django_db
GONE = "Esta clave ya no está disponible. Si no la anotó, empiece otra vez."
OTHER_PAGES = [address for address, name in every_url() if name not in STAYS]


@pytest.mark.parametrize("address", OTHER_PAGES)
def test_any_other_page_leaves_it(client: Client, member: Member, address: str) -> None:
    recover(client, member)
    assert shown_key(client)
    client.get(address)
    assert GONE in client.get(RESULT).content.decode()
    assert Attempt.objects.get().shown == ""


def test_every_link_of_the_page_leaves_it(client: Client, member: Member) -> None:
    import re

    recover(client, member)
    links = re.findall(r'<a [^>]*href="(/[^"]*)"', client.get(RESULT).content.decode())
    assert {"/acceso/", "/?de=listo"} <= set(links)
    for link in links:
        Attempt.objects.all().delete()
        recover(client, member)
        client.get(link)
        assert shown_key(client) == ""


@pytest.mark.parametrize("address", ["/acceso/", "/", "/recuperar/"])
@pytest.mark.parametrize("how", [{"Sec-Purpose": "prefetch"}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}])
def test_a_page_that_is_only_fetched_ahead_leaves_nothing(client: Client, member: Member, address: str, how: dict) -> None:
    recover(client, member)
    client.get(address, headers=how)
    client.head(address)
    assert shown_key(client)


def test_reload_picture_and_the_page_before_do_not_leave_it(client: Client, member: Member) -> None:
    start(client, member.document)
    picture = picture_on(client.get(QUESTIONS))
    recover(client, member)
    for address in (RESULT, QUESTIONS, reverse("word_picture:picture", args=[picture]), "/salud/", "/favicon.ico", "/no-hay/"):
        client.get(address)
        assert shown_key(client), address


def test_the_key_itself_and_the_filled_in_document_stay(client: Client, member: Member) -> None:
    recover(client, member)
    key = shown_key(client)
    for _ in range(2):
        assert f'value="{member.document}"' in client.get("/acceso/").content.decode()
    response = client.post("/acceso/", {"documento": member.document, "clave": key})
    assert response.headers["Location"] == "/acceso/cambiar-clave/"


def test_another_browser_leaves_nothing_and_costs_no_query(client: Client, member: Member) -> None:
    recover(client, member)
    other = Client()
    with CaptureQueriesContext(connection) as queries:
        other.get("/")
    assert len(queries) == 0
    other.get("/acceso/")
    assert shown_key(client)
