"""`/salud/`: `ok` or `mal` for each part, and nothing else."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Head
from audit.record import record
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


def test_mail_that_waits_more_than_a_quarter_of_an_hour_is_bad(client: Client):
    message = put_message(kind="x", to="a@b.co", subject="s", text="t")
    assert client.get("/salud/").status_code == 200
    type(message).objects.update(due_at=timezone.now() - timedelta(minutes=16))
    response = client.get("/salud/")
    assert (response.status_code, response.json()) == (503, WELL | {"correo": "mal"})


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


def test_it_costs_few_queries(client: Client, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        client.get("/salud/")
