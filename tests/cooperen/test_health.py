"""`/salud/`: `ok` or `mal` for each part, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Head
from audit.record import record
from cooperen.health import Written
from outbox.models import Beat, Message, State
from outbox.queue import put_message

pytestmark = pytest.mark.django_db
WELL = {"base_de_datos": "ok", "migraciones": "ok", "correo": "ok", "auditoria": "ok"}


def test_a_portal_that_is_well_says_ok_and_no_figures(client: Client):
    record(Kind.DATA_PURGED, by=Actor.system("prueba"))
    response = client.get("/salud/")
    assert (response.status_code, response.json()) == (200, WELL)
    assert "no-store" in response["Cache-Control"]


def test_a_new_database_without_events_is_well(client: Client):
    assert client.get("/salud/").json() == WELL


MINUTES = {"now": 0, "late": 16, "hours": 300}
RELAY, FULL = "SMTPRecipientsRefused 554 5.7.1", "SMTPRecipientsRefused 452 4.2.2"


@pytest.mark.parametrize(
    ("queued", "delivered", "word"),
    [
        ([], None, "ok"),
        ([("now", "")], None, "ok"),
        ([("late", "")], None, "mal"),
        ([("hours", "TimeoutError")], None, "mal"),
        ([("hours", RELAY), ("late", RELAY)], None, "mal"),
        ([("hours", "TimeoutError")], 200, "ok"),  # something went out since
        ([("hours", ""), ("late", "")], 200, "mal"),  # and then nothing more
        ([("hours", FULL)], None, "ok"),
        ([("hours", FULL), ("late", "")], None, "mal"),
        ([("late", "")], 1, "ok"),  # a large batch on its way
    ],
)
def test_mail_is_bad_when_nothing_was_delivered_since_a_late_mail_was_queued(
    client: Client, queued: list, delivered: int | None, word: str
) -> None:
    now = timezone.now()
    for age, error in queued:
        message = put_message(kind="x", to="a@b.co", subject="s", text="t")
        put_off = {"created_at": now - timedelta(minutes=MINUTES[age]), "due_at": now + timedelta(hours=2), "error": error}
        Message.objects.filter(pk=message.pk).update(**put_off)
    if delivered is not None:
        message = put_message(kind="x", to="a@b.co", subject="s", text="t")
        Message.objects.filter(pk=message.pk).update(state=State.SENT, ended_at=now - timedelta(minutes=delivered))
    response = client.get("/salud/")
    assert (response.status_code, response.json()) == (200 if word == "ok" else 503, WELL | {"correo": word})


def test_a_trail_whose_head_does_not_fit_is_bad(client: Client):
    record(Kind.DATA_PURGED, by=Actor.system("prueba"))
    Head.objects.update(number=7)
    assert client.get("/salud/").json() == WELL | {"auditoria": "mal"}


def test_a_missing_migration_is_bad(client: Client):
    MigrationRecorder(connection).record_unapplied("accounts", "0001_initial")
    assert client.get("/salud/").json()["migraciones"] == "mal"


def test_a_database_that_does_not_answer_is_a_503_and_no_error_page(client: Client, monkeypatch):
    def broken(*args: object) -> None:
        raise OperationalError("could not connect to server at 10.0.0.7")

    monkeypatch.setattr("cooperen.health.connection.cursor", broken)
    response = client.get("/salud/")
    assert response.status_code == 503
    assert response.json()["base_de_datos"] == "mal"
    assert b"10.0.0.7" not in response.content


def test_a_database_that_takes_no_writes_is_bad(client: Client, monkeypatch):
    Beat.objects.create(name="worker", at=timezone.now())
    monkeypatch.setattr(Written, "until", 0.0)
    with connection.execute_wrapper(refuse_writes):
        assert client.get("/salud/").json() == dict.fromkeys(WELL, "mal")
    assert client.get("/salud/").json() == WELL


def refuse_writes(execute: Any, sql: str, *arguments: Any) -> Any:
    if sql.startswith("UPDATE"):
        raise OperationalError("database or disk is full")
    return execute(sql, *arguments)


def test_a_process_that_answers_is_alive_whatever_the_database_does(client: Client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/salud/vivo/").json() == {"proceso": "ok"}


@pytest.mark.parametrize("path", ["/salud/", "/salud/vivo/"])
def test_a_balancer_may_name_the_machine_by_its_address_and_without_tls(client: Client, settings: Any, path: str):
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["www.cooperen.com"]
    response = client.get(path, headers={"host": "10.0.0.7:8001"})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_it_costs_few_queries(client: Client, django_assert_max_num_queries):
    client.get("/salud/")  # which also looks whether a write is taken, every ten seconds
    with django_assert_max_num_queries(5):
        client.get("/salud/")
