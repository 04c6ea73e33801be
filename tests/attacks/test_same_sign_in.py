"""Sign-in answers the same for every document, whatever its state and whatever was tried before."""

import re
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from unittest import mock

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import hashers
from accounts.attack_mode import Calm
from accounts.models import Member
from outbox.worker import drain
from ratelimits.models import RateLimit
from tests.access import choose, given, sign_in

pytestmark = pytest.mark.django_db
STRANGER = "88888888"
WRONG = {4: "0417", 5: "60382", 6: "604172"}


def shape(sql: str) -> str:
    """A statement without its values."""
    return re.sub(r"s\d+_x\d+|'[^']*'|\b\d+\b", "?", sql)[:60]


def seen(document: str, key: str, network: str, change: bool = False) -> tuple[object, ...]:
    """Everything that a visitor can measure of a wrong attempt: status, header names, cookies, length, and work done."""
    client = Client(REMOTE_ADDR=network)
    client.get("/acceso/")
    Calm.until = monotonic() + 60  # a process looks for attack mode once a second, whatever is typed
    with CaptureQueriesContext(connection) as queries, mock.patch("accounts.hashers._verify", wraps=hashers._verify) as hashed:
        page = change_form(client, document, key) if change else sign_in(client, document, key)
    return (
        page.status_code,
        sorted(page.headers),
        sorted(page.cookies),
        len(page.content.replace(document.encode(), b"")),
        hashed.call_count,
        [shape(query["sql"]) for query in queries.captured_queries],
    )


def change_form(client: Client, document: str, key: str) -> HttpResponse:
    data = {"documento": document, "clave_actual": key, "clave_nueva": "90352", "clave_confirmacion": "90352"}
    return client.post("/acceso/cambiar-clave/", data)


STATES: dict[str, Callable[[Member], object]] = {
    "no key": lambda member: None,
    "chosen key": lambda member: choose(member, "48271"),
    "blocked": lambda member: (choose(member, "48271"), Member.objects.update(status="retired")),
    "given keys": lambda member: [given(member, kind) for kind in ("temporary", "initial", "mailed")],
    "expired keys": lambda member: (
        [given(member, kind) for kind in ("temporary", "initial", "mailed")],
        member.keys.update(expires_at=member.created_at - timedelta(days=1)),
    ),
}


@pytest.mark.parametrize("change", [False, True], ids=["sign-in", "change"])
@pytest.mark.parametrize("digits", [4, 5, 6])
@pytest.mark.parametrize("state", STATES)
def test_a_wrong_key_looks_the_same_in_every_state(member: Member, state: str, digits: int, change: bool) -> None:
    usual = seen(STRANGER, WRONG[digits], "198.51.100.7", change)
    STATES[state](member)
    assert seen(member.document, WRONG[digits], "203.0.113.7", change) == usual


@pytest.mark.parametrize("digits", [4, 6])
def test_a_used_up_limit_of_issued_keys_looks_like_a_wrong_key(member: Member, digits: int) -> None:
    usual = seen(STRANGER, WRONG[digits], "198.51.100.7")
    for number in range(26):
        sign_in(Client(REMOTE_ADDR=f"192.0.{number}.1"), STRANGER, WRONG[digits])
    assert seen(STRANGER, WRONG[digits], "203.0.113.7") == usual


def tries_left_of(network: str) -> int:
    """The attempts left of a network, measured as a stranger would: new documents until the lockout."""
    for number in range(70):
        if sign_in(Client(REMOTE_ADDR=network), str(5_000_000 + number), WRONG[4]).status_code == 429:
            return number
    raise AssertionError("never refused")


def test_a_used_up_limit_still_charges_the_network(member: Member, clock) -> None:
    """Otherwise an attacker could use up a document's limit for mailed keys, request a mail, and count its attempts."""
    left = []
    for document in (member.document, STRANGER):
        RateLimit.objects.all().delete()
        for number in range(26):
            sign_in(Client(REMOTE_ADDR=f"192.0.{number}.1"), document, WRONG[6])
        browser = Client(REMOTE_ADDR="192.0.99.1")
        browser.post("/recuperar/", {"documento": document})
        browser.post("/recuperar/preguntas/", {"accion": "correo"})
        drain()
        for _ in range(3):
            sign_in(Client(REMOTE_ADDR="203.0.113.7"), document, WRONG[6])
        left.append(tries_left_of("203.0.113.7"))
    assert left[0] == left[1] == 57
