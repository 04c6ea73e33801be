"""The database itself refuses to change the trail, on both databases."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import AppendOnly, Event
from audit.triggers import drop_triggers, missing_triggers, put_back_triggers
from tests.audit.trail import execute, write_events

pytestmark = pytest.mark.django_db
FORGERIES = [
    "UPDATE audit_event SET actor = 'otro' WHERE number = 1",
    "DELETE FROM audit_event WHERE number = 2",
    "INSERT INTO audit_event SELECT * FROM audit_event WHERE number = 2",
    "DELETE FROM audit_head",
    "UPDATE audit_head SET number = 1",
]


@pytest.mark.parametrize("sql", FORGERIES)
def test_the_database_refuses(sql: str):
    write_events(3)
    with pytest.raises(DatabaseError), transaction.atomic():
        execute(sql)
    assert Event.objects.count() == 3


def test_a_row_cannot_replace_another():
    write_events(3)
    sql = "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE number = 2"
    if connection.vendor == "postgresql":
        sql = "TRUNCATE audit_event"
    with pytest.raises(DatabaseError), transaction.atomic():
        execute(sql)
    assert Event.objects.count() == 3


def test_the_models_refuse_too():
    write_events(1)
    event = Event.objects.get()
    for forge in (event.save, event.delete, Event.objects.all().delete, lambda: Event.objects.update(actor="otro")):
        with pytest.raises(AppendOnly):
            forge()


def test_dropped_triggers_are_reported_and_created_again():
    drop_triggers()
    missing = missing_triggers()
    assert "event_no_update" in missing
    put_back_triggers()
    assert missing_triggers() == []
