"""An entry from a browser not known before is told to its member, at most once a day."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from outbox.models import Job, Message
from outbox.worker import drain
from tests.access import change, choose, given, sign_in

pytestmark = pytest.mark.django_db
KEY = "60382"


def told() -> int:
    drain()
    return Message.objects.filter(kind="new_entry").count()


def test_an_entry_from_an_unknown_browser_is_told_once_a_day(member: Member, clock: Any, mailoutbox: list[Any]) -> None:
    choose(member, KEY)
    sign_in(Client(), member.document, KEY)
    sign_in(Client(), member.document, KEY)
    assert told() == 1
    body = mailoutbox[0].body.replace("\u00a0", " ")
    assert "El 21 de octubre de 2021 a las 3:15 p. m. se ingresó a su estado de cuenta" in body
    clock.forward(days=1, minutes=1)
    sign_in(Client(), member.document, KEY)
    assert told() == 2


def test_an_entry_from_a_known_browser_is_not_told(client: Client, member: Member, clock: Any) -> None:
    choose(member, KEY)
    sign_in(client, member.document, KEY)
    told()
    clock.forward(days=2)
    sign_in(client, member.document, KEY)
    assert told() == 1


def test_the_ordinary_first_entry_is_told_by_its_change_only(client: Client, member: Member) -> None:
    key = given(member, "initial")
    sign_in(client, member.document, key)
    change(client, member.document, key, KEY)
    sign_in(client, member.document, KEY)
    assert told() == 0


def test_a_wrong_key_leaves_no_job(client: Client, member: Member) -> None:
    choose(member, KEY)
    for document in (member.document, "71223904"):
        sign_in(client, document, "90352")
    assert not Job.objects.filter(kind="accounts.new_entry").exists()


def test_the_code_of_the_mail_closes_the_access(member: Member, mailoutbox: list[Any]) -> None:
    choose(member, KEY)
    sign_in(Client(), member.document, KEY)
    drain()
    code = re.search(r"código: (\d{3} \d{3} \d{4})\.", mailoutbox[0].body)
    assert code
    Client().post("/acceso/no-fui-yo/", {"documento": member.document, "codigo": code[1]})
    assert not Member.objects.get(pk=member.pk).may_enter
