"""Limits on the size and syntax of requests, tested at the WSGI wrapper and at a real server."""

import http.client
import json
import timeit
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, RequestFactory

from cooperen.request_limits import LONGEST_HEADER, RequestLimits, exceeded_limit
from tests.attacks.portal import Browser, Portal, running_portal
from tests.attacks.worst_input import limited, multipart, worst

ODD_CHARSETS = [
    "rot13", "rot_13", "hex", "zlib", "bz2", "base64", "uu", "quopri", "idna", "punycode", "unicode_escape", "unknown", "utf-7",
    "raw_unicode_escape", "utf-16", "utf-32", "mbcs", "undefined", "", "latin1", "cp037", "a" * 100_000, '"rot13',
    "utf8", "utf-8;charset=hex", "utf-8\x00", "'hex'", "utf-8 rot13",
]  # fmt: skip
SAME = ["", "; charset=utf-8", "; charset=UTF-8", '; charset="utf-8"', "; Charset = utf-8"]
QUOTED = [
    ";CHARSET=rot13",
    '; a="x;charset=rot13"',
    "; charset*=utf-8''rot13",
    "; charset*0=rot;charset*1=13",
    ";\tcharset\t=\thex",
]


def sends(client: Client, parameters: str) -> Iterator[Any]:
    """The three ways a charset reaches a parser."""
    body = multipart({"documento": "32451867", "codigo": "1"})[0]
    yield client.generic("GET", "/acceso/?a=1", CONTENT_TYPE=f"text/plain{parameters}")
    yield client.generic("POST", "/acceso/no-fui-yo/", "documento=1", f"application/x-www-form-urlencoded{parameters}")
    yield client.generic("POST", "/acceso/no-fui-yo/", body, f"multipart/form-data; boundary=b{parameters}")


@pytest.mark.django_db
@pytest.mark.parametrize("charset", ODD_CHARSETS, ids=lambda charset: charset[:20])
def test_a_request_in_another_charset_gets_a_page_that_says_so(charset: str) -> None:
    for response in sends(limited(Client()), f"; charset={charset}"):
        assert response.status_code == 400
        assert "no está escrita en UTF-8" in response.content.decode()
        assert len(response.content) < 3_000


@pytest.mark.django_db
@pytest.mark.parametrize("parameters", QUOTED)
def test_a_charset_is_found_however_it_is_written(parameters: str) -> None:
    assert {response.status_code for response in sends(limited(Client()), parameters)} == {400}


@pytest.mark.django_db
@pytest.mark.parametrize("parameters", SAME)
def test_utf_8_and_no_charset_are_read(parameters: str) -> None:
    assert {response.status_code for response in sends(limited(Client()), parameters)} == {200}


@pytest.mark.parametrize(
    "environ",
    [
        {"PATH_INFO": "/" + "a" * 2_000},
        {"PATH_INFO": "/\x00"},
        {"PATH_INFO": "/a\nb"},
        {"PATH_INFO": "/\xff"},
        {"QUERY_STRING": "a" * 5_000},
        {"REQUEST_METHOD": "A" * 17},
        {"HTTP_HOST": "a" * LONGEST_HEADER},
        {"HTTP_" + "A" * LONGEST_HEADER: ""},
        {f"HTTP_X_{number}": "a" * 2_000 for number in range(20)},
        {"CONTENT_TYPE": "a/b" + ';"' * 200},
        {"CONTENT_LENGTH": "1" * 9_000},
    ],
    ids=str,
)
def test_a_request_over_a_limit_never_reaches_django(environ: dict[str, str]) -> None:
    told: list[Any] = []

    def portal(environ: dict[str, Any], start: Any) -> list[bytes]:
        raise AssertionError("reached")

    whole = {**RequestFactory().get("/acceso/").environ, **environ}
    page = b"".join(RequestLimits(portal)(whole, lambda status, headers: told.extend([status, dict(headers)])))  # type: ignore[arg-type]
    assert told[0] == "400 Bad Request"
    assert {"Content-Type", "Cache-Control", "Content-Security-Policy", "X-Frame-Options"} <= set(told[1])
    assert b"<h1>No pudimos leer lo que envi" in page


def test_cookies_of_others_that_are_slow_to_read_are_left_out() -> None:
    seen: list[str] = []
    environ = {**RequestFactory().get("/").environ, "HTTP_COOKIE": 'sesion=abc; otra="\\\\\\"; csrf=def'}
    RequestLimits(lambda environ, start: seen.append(environ["HTTP_COOKIE"]) or [])(environ, lambda *_: None)  # type: ignore[arg-type, func-returns-value]
    assert seen == ["sesion=abc; csrf=def"]


def test_an_ordinary_request_costs_almost_nothing_more() -> None:
    headers = {f"HTTP_X_{number}": "a" * 60 for number in range(20)}
    environ = {**RequestFactory().post("/acceso/", "a=1", "application/x-www-form-urlencoded").environ, **headers}
    assert min(timeit.repeat(lambda: exceeded_limit(environ), number=200, repeat=5)) / 200 < 0.000_2


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("portal")
    with running_portal(folder, f"sqlite:///{folder}/portal.sqlite3", workers=1) as running:
        yield running


def send(portal: Portal, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", portal.port, timeout=60)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")
    finally:
        connection.close()


def test_a_word_of_240_kilobytes_costs_the_server_no_more_than_a_word(portal: Portal) -> None:
    browser = Browser(portal.port).open("/recuperar/")
    browser.post("/recuperar/", {"documento": "700000123"})
    browser.open("/recuperar/preguntas/")
    fields = {"csrfmiddlewaretoken": browser.token, "correo": "a@b.co", "captcha_0": "a" * 40}
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    before = portal.processor_seconds()
    body, kind = multipart({**fields, "captcha_1": worst("marks of two kinds in turn", 240_000)})
    status, page = send(portal, "POST", "/recuperar/preguntas/", body, Cookie=cookies, Content_Type=kind)
    assert status == 200
    assert "Este texto es demasiado largo" in page
    assert portal.processor_seconds() - before < 0.3


@pytest.mark.parametrize("name", ["path", "query", "Host", "Origin", "Content-Type", "Cookie", "charset"])
def test_a_real_server_answers_long_and_odd_requests_at_once_and_logs_nothing_of_them(portal: Portal, name: str) -> None:
    long = "tecleado" * 7_000
    before = portal.processor_seconds()
    path = {"path": f"/{long}", "query": f"/acceso/?a={long}"}.get(name, "/acceso/?a=tecleado")
    headers = {"charset": {"Content_Type": "text/plain; charset=rot13"}, "path": {}, "query": {}}.get(name, {name: long})
    status, page = send(portal, "GET", path, **headers)
    assert status == 400
    assert "No pudimos leer lo que envió" in page
    assert portal.processor_seconds() - before < 0.3
    log = Path(portal.counts.parent / "server.log").read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in log
    assert "tecleado" not in log


@pytest.mark.parametrize(("path", "headers"), [
    ("/tecleado/", {}), ("/tecleado/?a=tecleado", {}), ("/acceso/", {"Host": "tecleado.example"}),
])  # fmt: skip
def test_what_django_says_of_a_request_is_logged_without_what_was_typed(
    portal: Portal, path: str, headers: dict[str, str]
) -> None:
    assert send(portal, "GET", path, **headers)[0] in (400, 404)
    assert send(portal, "POST", path, b"a=1", Origin="http://tecleado.example", **headers)[0] in (400, 403, 404)
    lines = (portal.counts.parent / "server.log").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["logger"] for line in lines if "django." in line]
    assert "tecleado" not in "\n".join(lines)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header",
    [
        "form-data; name*=rot13''documento",
        "form-data; name*=unknown''documento",
        "form-data; name*0=docu; name*1=mento",
        "form-data; name=documento; filename*=hex''a",
        "form-data" + ';"' * 400,
        "form-data" + ";a=" * 300,
        "form-data; name=" + "a" * 900,
    ],
    ids=lambda header: header[:40],
)
@pytest.mark.parametrize("more", ["", "Content-Type: text/plain; charset=rot13\r\n", "Content-Transfer-Encoding: base64\r\n"])
def test_odd_headers_of_a_part_are_read_past_or_refused(header: str, more: str) -> None:
    body = f"--b\r\nContent-Disposition: {header}\r\n{more}\r\n32451867\r\n--b--\r\n".encode()
    client = limited(Client())
    assert client.generic("POST", "/acceso/", body, "multipart/form-data; boundary=b").status_code in (200, 400)
