"""The disk is full: no key signs in, nothing is half done, and the service recovers by itself."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from accounts.models import AccessKey, Member
from audit.models import Event
from outbox.models import Message
from tests.access import change, choose, given, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


class FullDisk:
    """From the n-th write on, every statement that writes fails, as with a full disk."""

    def __init__(self, room: int) -> None:
        self.room = room

    def __call__(self, execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            self.room -= 1
            if self.room < 0:
                raise DatabaseError("database or disk is full")
        return execute(sql, params, many, context)


def opened(client: Client) -> bool:
    return client.get("/estado-de-cuenta/").status_code == 200


def test_if_no_attempt_can_be_counted_no_key_signs_in(member: Member) -> None:
    choose(member, "48271")
    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(FullDisk(0)):
        page = sign_in(client, member.document, "48271")
    assert page.status_code >= 500
    assert "Traceback" not in page.content.decode()
    assert not opened(client)
    assert sign_in(client, member.document, "48271").status_code == 302
    assert opened(client)


def test_if_only_the_rate_limits_cannot_be_counted_no_key_signs_in(member: Member) -> None:
    def no_rate_limits(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
        if "INSERT INTO accounts_budget" in sql:
            raise DatabaseError("out of order")
        return execute(sql, params, many, context)

    choose(member, "48271")
    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(no_rate_limits):
        assert sign_in(client, member.document, "48271").status_code >= 500
        assert change(client, member.document, "48271", "60382").status_code >= 500
    assert not opened(client)
    assert sign_in(client, member.document, "48271").status_code == 302


@pytest.mark.parametrize("room", range(0, 16))
def test_a_change_is_saved_with_its_event_or_not_at_all(member: Member, room: int) -> None:
    choose(member, "48271")
    given(member, "initial")
    events = Event.objects.filter(kind="member:key:chosen").count()
    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(FullDisk(room)):
        change(client, member.document, "48271", "60382")
    changed = AccessKey.objects.filter(ended_why="changed").exists()
    assert AccessKey.objects.live().filter(kind="chosen").count() == 1
    assert Event.objects.filter(kind="member:key:chosen").count() - events == int(changed)
    assert AccessKey.objects.live().filter(kind="initial").exists() is not changed
    new = Client()
    assert sign_in(new, member.document, "60382" if changed else "48271").status_code == 302


def fill() -> None:
    """Use every free page, then the room on the last pages."""
    with suppress(DatabaseError):
        while True:
            Message.objects.create(kind="x", body="x" * 50_000, created_at=timezone.now(), due_at=timezone.now())
    with suppress(DatabaseError):
        for number in range(2_000):
            Member.objects.create(document=str(50_000_000 + number), first_names="x" * 80, last_names="y" * 80)


def test_a_full_database_file_refuses_and_recovers(member: Member) -> None:
    """Uses SQLite's own limit; PostgreSQL has none that a test could set."""
    choose(member, "48271")
    client = Client(raise_request_exception=False)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            pages = cursor.execute("PRAGMA page_count").fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {pages}")
            fill()
        statuses = {sign_in(Client(raise_request_exception=False), str(60_000_000 + n), "48271").status_code for n in range(40)}
        assert max(statuses) >= 500
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert sign_in(client, member.document, "48271").status_code == 302
    assert opened(client)
