"""After every function was used, no key, answer, code or cookie is in the database, logs or files."""

import logging
import re
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import Member
from outbox.models import Job, Message
from tests.attacks.journey import Secrets, live_through

pytestmark = pytest.mark.django_db


@pytest.fixture
def lived(member: Member, clock, caplog: pytest.LogCaptureFixture) -> Secrets:
    with caplog.at_level(logging.DEBUG):
        return live_through(member)


def whole_database() -> str:
    """Every cell of every table, as text."""
    cells = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  names of our own tables
            cells += [f"{table}: {cell}" for row in cursor.fetchall() for cell in row if isinstance(cell, str)]
    return "\n".join(cells)


def stands_in(secret: str, text: str) -> str:
    """The first line that contains the secret as a whole word; "" for none."""
    found = re.search(rf"^.*(?<![\w.:+-]){re.escape(secret)}(?![\w.:+-]).*$", text, re.MULTILINE)
    return found[0] if found else ""


def test_the_journey_met_every_kind_of_secret(lived: Secrets) -> None:
    assert sorted(len(key) for key in lived.keys) == [4, 5, 5, 5, 5, 6, 6]
    assert len(lived.codes) >= 4
    assert len(lived.answers) >= 20
    assert len(lived.cookies) >= 3


def test_the_database_contains_no_secret_in_plain_text(lived: Secrets) -> None:
    text = whole_database()
    for secret in [*lived.keys, *lived.codes, *lived.answers, *lived.cookies]:
        assert not stands_in(secret, text), secret
    assert "argon2" not in text


def test_the_logs_contain_no_secret(lived: Secrets, caplog: pytest.LogCaptureFixture) -> None:
    said = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.get_records("setup"))
    said = "\n".join(line for line in said.split("\n") if "django.db" not in line)
    assert said
    for secret in [*lived.keys, *lived.codes, *lived.answers, *lived.cookies]:
        assert not stands_in(secret, re.sub(r"mes=\d+", "", said)), secret


def test_what_was_sent_is_wiped_from_the_queue(lived: Secrets) -> None:
    assert Message.objects.count() >= 5
    ended = {("sent", ""), ("lapsed", "")}  # the key of the recovery was used before its mail went out
    assert set(Message.objects.values_list("state", "body")) == ended
    assert set(Job.objects.values_list("state", "body")) == {("sent", "")}


def test_an_error_page_repeats_nothing_of_the_request(client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.sign_in.sign_in", lambda **_: 1 / 0)
    client.raise_request_exception = False
    page = client.post("/acceso/", {"documento": "32451867", "clave": "60382"})
    assert page.status_code == 500
    for word in ("32451867", "60382", "Traceback", "ZeroDivision", "sign_in.py", str(Path.cwd())):
        assert word not in page.content.decode()
