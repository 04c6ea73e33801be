"""The logs: JSON lines with page, duration and errors, without personal data."""

import errno
import json
import logging
import time
from sqlite3 import OperationalError, connect

import pytest
from django.test import Client

from cooperen.logs import LONGEST, PERSONAL, JsonFormatter, PlainFormatter, mask_personal_data
from tests.access import sign_in


def formatted(logger: str, message: str, error: BaseException | None = None, **extra: object) -> dict:
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(logger, logging.ERROR, "x.py", 1, message, (), info)
    record.__dict__ |= extra
    return json.loads(JsonFormatter().format(record))


class Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def kept(monkeypatch):
    handler = Kept()
    logging.getLogger().addHandler(handler)
    monkeypatch.setattr(logging.getLogger("portal.request"), "level", logging.INFO)
    yield handler
    logging.getLogger().removeHandler(handler)


def test_digits_and_addresses_leave_every_text():
    assert "32451867" not in mask_personal_data("documento 32451867")
    assert "rosa" not in mask_personal_data("a rosa.gomez@correo.example, clave 48271")
    assert "48271" not in mask_personal_data("a rosa.gomez@correo.example, clave 48271")


def test_an_exception_is_logged_by_class_and_lines_without_its_message():
    try:
        raise ValueError("Key (document)=(32451867) already exists")
    except ValueError as error:
        line = formatted("django.request", "Internal Server Error: /acceso/", error)
    assert line["exception"]["class"] == "ValueError"
    assert "test_logs.py" in line["exception"]["lines"][-1]
    assert "32451867" not in json.dumps(line)


def test_an_error_of_the_system_or_the_database_is_logged_with_its_code():
    full = formatted("django.request", "x", OSError(errno.ENOSPC, "No space left on device: '/srv/32451867'"))
    assert full["exception"]["code"] == "ENOSPC"
    with pytest.raises(OperationalError) as found:
        with connect(":memory:") as database:
            database.execute("SELECT * FROM nowhere")
    assert formatted("django.request", "x", found.value)["exception"]["code"] == "SQLITE_ERROR"


def test_only_known_fields_come_along():
    assert "document" not in formatted("outbox", "work put off", document="32451867", tries=3)
    assert formatted("outbox", "work put off", tries=3)["tries"] == 3


@pytest.mark.django_db
def test_a_request_is_one_line_with_its_id_and_without_its_path(client: Client, kept):
    client.get("/32451867/?documento=32451867")
    answered = [json.loads(line) for line in kept.lines if "answered" in line]
    assert answered[-1]["status"] == 404
    assert len(answered[-1]["request"]) == 32
    assert not any("32451867" in line for line in kept.lines)


@pytest.mark.django_db
def test_a_sign_in_leaves_neither_document_nor_key(client: Client, member, kept):
    sign_in(client, member.document, "48271")
    assert kept.lines
    assert not any(secret in line for line in kept.lines for secret in (member.document, "48271", member.email))


@pytest.mark.django_db
def test_an_id_is_believed_from_our_proxy_only(client: Client, kept, settings):
    client.get("/", headers={"X-Request-ID": "abcdef0123456789"})
    assert json.loads(kept.lines[-1])["request"] != "abcdef0123456789"
    from ipaddress import ip_network

    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1/32")]
    client.get("/", headers={"X-Request-ID": "abcdef0123456789"})
    assert json.loads(kept.lines[-1])["request"] == "abcdef0123456789"
    client.get("/", headers={"X-Request-ID": "abcdef0123456780"}, REMOTE_ADDR="::ffff:127.0.0.1")
    assert json.loads(kept.lines[-1])["request"] == "abcdef0123456780"


@pytest.mark.parametrize(
    "text", ["a" * 60_000, "a@" * 60_000, "1a" * 60_000, "@" * 60_000, "a." * 60_000, "a'" * 60_000], ids=lambda text: text[:2]
)
def test_a_long_text_is_cut_before_it_is_looked_through(text: str):
    begun = time.process_time()
    assert len(mask_personal_data(text)) <= LONGEST + 2
    PERSONAL.sub("", text)  # the pattern itself takes linear time
    assert time.process_time() - begun < 0.1


def test_an_address_that_is_cut_in_two_is_not_shown():
    assert "rosa" not in mask_personal_data("x " * (LONGEST // 2 - 3) + "rosa.gomez@correo.example")
    assert "rosa" not in mask_personal_data("123rosa.gomez@correo.example")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/tecleado/?a=tecleado", {}),
        ("/acceso/", {"HTTP_HOST": "tecleado.example"}),
        ("/acceso/", {"HTTP_ORIGIN": "http://tecleado.example"}),
        ("/acceso/", {"HTTP_REFERER": "http://tecleado.example"}),
        ("/acceso/", {"CONTENT_TYPE": "multipart/form-data"}),
        ("/acceso/tecleado", {}),
    ],
)
def test_no_line_holds_what_was_typed_into_path_host_or_origin(kept, path, headers):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    assert {client.generic(method, path, **headers).status_code for method in ("GET", "POST", "TECLEADO")} - {200}
    assert kept.lines
    assert "tecleado" not in "".join(kept.lines).lower()


def test_the_plain_lines_of_a_developer_hold_no_path_either():
    record = logging.LogRecord("django.server", logging.INFO, "x.py", 1, '"GET /%s HTTP/1.1"', ("tecleado",), None)
    assert PlainFormatter().format(record) == "INFO status ?, page (ninguna)"
