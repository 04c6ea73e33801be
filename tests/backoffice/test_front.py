"""The front page: search, today's counts, thirty days, and the state of the portal."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Head
from audit.record import record
from audit.triggers import drop_triggers
from outbox.models import Beat, Message
from outbox.worker import run_once
from tests.access import given, sign_in
from tests.office import inside

pytestmark = pytest.mark.django_db
BY = Actor.staff("43018552", "auxiliar")


def front(client: Client) -> str:
    return client.get("/admin/").content.decode()


def figures(client: Client) -> dict[str, str]:
    return {figure.label: figure.value for figure in client.get("/admin/").context_data["figures"]}


def test_the_search_comes_first_and_has_the_focus():
    page = front(inside("auxiliar"))
    assert page.index("Buscar asociado por documento o nombre") < page.index("Hoy</h2>")
    assert "autofocus" in page


def test_todays_figures_are_counted_and_linked(member: Member, client: Client):
    given(member, "initial")
    for _ in range(7):
        sign_in(client, member.document, "48271")
    office = inside("supervisor")
    assert figures(office)["Claves emitidas"] == "1"
    assert figures(office)["Accesos en pausa"] == "1"
    assert "/admin/audit/event/?tipo=member%3Akey%3Aissued&amp;dia=" in front(office)


def test_an_assistant_has_no_links_to_lists_that_are_closed_to_her():
    page = front(inside("auxiliar"))
    assert "/admin/audit/event/" not in page
    assert "/admin/accounts/member/?estado=pausa" in page


def test_yesterday_is_not_today(member: Member, clock: Any):
    given(member, "initial")
    clock.forward(days=1)
    office = inside("supervisor")
    assert figures(office)["Claves emitidas"] == "0"
    table = office.get("/admin/").context_data["table"]
    assert [row["issued"] for row in table[:3]] == [0, 1, 0]
    assert len(table) == 30


def test_ended_days_are_counted_once(member: Member, clock: Any, django_assert_max_num_queries: Any):
    office = inside("supervisor")
    front(office)
    with django_assert_max_num_queries(26):
        front(office)


def test_the_number_of_keys_issued_today_by_each_member_of_staff():
    for _ in range(3):
        record(Kind.KEY_ISSUED, by=BY)
    page = inside("supervisor").get("/admin/")
    assert [(row["actor"], row["count"]) for row in page.context_data["issuers"]] == [("43018552", 3)]


def test_everything_runs():
    run_once()
    page = front(inside("auxiliar"))
    assert page.count("✔ En orden.") == 3


def test_a_worker_that_stopped_is_seen():
    Beat.objects.create(name="worker", at=timezone.now() - timedelta(minutes=9))
    assert "no da señales desde" in front(inside("auxiliar"))


def test_mail_that_waits_is_seen(member: Member):
    given(member, "initial")
    Message.objects.update(created_at=timezone.now() - timedelta(minutes=20))
    assert "hay mensajes en cola desde" in front(inside("auxiliar"))


def test_a_bent_trail_is_seen():
    client = inside("auxiliar")
    Head.objects.update(mac="f" * 64)
    assert "el final no coincide" in front(client)
    drop_triggers()
    assert "candados" in front(client)
