"""A locked-out network has no further effect: no attempt of any member is charged; no row, event or job is added.

Each form that verifies a secret is posted until the network is refused, then 150 more times with members' documents.
"""

from collections.abc import Callable
from itertools import count

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import AccessKey, Member
from audit.models import Event
from outbox.models import Job, Message
from ratelimits.models import RateLimit
from recovery.models import Attempt
from tests import access
from tests.makers import make_member
from tests.recovery import walk

pytestmark = pytest.mark.django_db
ATTACKER, HOME = "198.51.100.7", "203.0.113.9"
REFUSED = 150
NOBODY = count(70_000_000)
Send = Callable[[Client, str], object]


def key_of(digits: int) -> Send:
    return lambda client, document: access.sign_in(client, document, "9" * (digits - 1) + "0")


def change_of(digits: int) -> Send:
    return lambda client, document: access.change(client, document, "9" * (digits - 1) + "0", "60382")


def mail_road(client: Client, document: str) -> object:
    return client.post(walk.QUESTIONS, {"accion": "correo"})


def disown(client: Client, document: str) -> object:
    return client.post("/acceso/no-fui-yo/", {"documento": document, "codigo": "1234567890"})


# A stranger's requests, and the number after which the network is refused.
ROADS: dict[str, tuple[Send, int]] = {
    "sign-in, five digits": (key_of(5), 60),
    "sign-in, four digits": (key_of(4), 60),
    "sign-in, six digits": (key_of(6), 60),
    "change, five digits": (change_of(5), 60),
    "change, four digits": (change_of(4), 60),
    "change, six digits": (change_of(6), 60),
    "recovery, document": (lambda client, document: walk.start(client, document), 20),
    "no fui yo": (disown, 10),
}


@pytest.fixture
def victims(db: None) -> dict[str, tuple[str, str, Client]]:
    """Members with a key of each kind: document, key, and the browser of their home."""
    found = {}
    for number, kind in enumerate(AccessKey.Kind.values):
        member, home = make_member(document=f"3245186{number}"), Client(REMOTE_ADDR=HOME)
        home.get("/acceso/")
        key = access.choose(member, "48271") if kind == "chosen" else access.given(member, kind)
        found[kind] = (member.document, key, home)
    return found


def counts() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Event, Job, Message, Attempt, Session)}


def document_rows() -> dict[str, int]:
    network = ("sign_in_network", "lookup_network", "answers_network", "mail_road_network", "disown_network", "portal")
    return dict(RateLimit.objects.exclude(name__in=network).values_list("pk", "tat"))


@pytest.mark.parametrize("road", ROADS)
def test_a_refused_network_charges_no_member(road: str, victims: dict, clock) -> None:
    send, burst = ROADS[road]
    for _ in range(burst + 1):
        send(Client(REMOTE_ADDR=ATTACKER), str(next(NOBODY)))
    before, rows = counts(), document_rows()
    for number in range(REFUSED):
        document = list(victims.values())[number % len(victims)][0]
        send(Client(REMOTE_ADDR=ATTACKER), document)
    assert document_rows() == rows
    assert counts() == before
    every_key_opens(victims)


def every_key_opens(victims: dict[str, tuple[str, str, Client]]) -> None:
    for document, key, home in victims.values():
        assert access.sign_in(home, document, key).status_code == 302


def test_refused_answers_and_mails_charge_no_member(member: Member, clock) -> None:
    asked, answering = Client(REMOTE_ADDR=ATTACKER), Client(REMOTE_ADDR=ATTACKER)
    walk.start(answering, member.document)
    walk.start(asked, "99999999")
    for _ in range(21):
        walk.fail(asked, "99999999", "nadie@correo.example")
        mail_road(asked, "99999999")
    before, rows = counts(), document_rows()
    for _ in range(REFUSED // 2):
        walk.fail(answering, member.document, member.email)
        mail_road(answering, member.document)
    assert document_rows() == rows
    assert counts() == before
    home = Client(REMOTE_ADDR=HOME)
    walk.recover(home, member)
    assert walk.shown_key(home)
