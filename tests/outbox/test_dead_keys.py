"""A mail with a key is sent only while the key is live, however it was requested and however it ended."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import AccessKey, Member
from outbox.models import Message, State
from outbox.worker import drain, run_once
from tests.access import change, not_holding
from tests.office import inside
from tests.recovery.walk import QUESTIONS, recover, shown_key, start

pytestmark = pytest.mark.django_db


def by_questions(member: Member) -> str:
    client = Client()
    recover(client, member)
    return "temporary_key"


def by_mail(member: Member) -> str:
    client = Client()
    start(client, member.document)
    client.post(QUESTIONS, {"accion": "correo"})
    return "mailed_key"


def ended(clock: Any, key: AccessKey) -> None:
    AccessKey.objects.filter(pk=key.pk).update(ended_at=clock.now, ended_why="disowned")


def expired(clock: Any, key: AccessKey) -> None:
    clock.forward(hours=25)


def replaced(clock: Any, key: AccessKey) -> None:
    from accounts.actions import issue_key
    from audit.actors import Actor

    issue_key(member=key.member, kind=key.kind, by=Actor.operator("pruebas"))


def alive(clock: Any, key: AccessKey) -> None:
    """Leave the key as it is."""


@pytest.mark.parametrize("road", [by_questions, by_mail])
@pytest.mark.parametrize("end", [ended, expired, replaced, alive])
def test_only_a_live_key_is_mailed(member: Member, clock: Any, monkeypatch: pytest.MonkeyPatch, road: Callable, end: Callable):
    monkeypatch.setattr("outbox.mailer.Mailer.send", lambda self, message: (_ for _ in ()).throw(OSError("down")))
    kind = road(member)
    run_once()
    run_once()
    monkeypatch.undo()
    monkeypatch.setattr("django.utils.timezone.now", clock)
    message = Message.objects.get(kind=kind)
    assert message.state == State.QUEUED
    end(clock, AccessKey.objects.get(pk=message.key))
    clock.forward(minutes=2)
    drain()
    message.refresh_from_db()
    sent = [letter for letter in mail.outbox if "clave temporal" in letter.subject]
    assert (message.state, message.body, len(sent)) == ((State.SENT, "", 1) if end is alive else (State.LAPSED, "", 0))


def test_a_key_that_was_used_is_not_mailed_and_staff_see_why(client: Client, member: Member) -> None:
    recover(client, member)
    key = shown_key(client)
    assert change(Client(), member.document, key, not_holding(key)).status_code == 302
    drain()
    assert [letter.subject for letter in mail.outbox] == ["Cooperen: cambió su clave"]
    page = inside("supervisor").get("/admin/outbox/message/").content.decode()
    assert "Vencido sin enviar" in page
