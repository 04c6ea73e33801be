"""The worst known input for every field, header, path, query and cookie, and a test client with the request limits."""

import re
import time
from collections.abc import Callable, Iterator
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler

from accounts.visitors import DEVICE_COOKIE
from backoffice.site import site
from common.caps import CappedForm
from cooperen.request_limits import RequestLimits
from statements.forms import PeriodForm
from tests.attacks.urls import every_url

LARGE = 240_000  # bytes: what still fits under DATA_UPLOAD_MAX_MEMORY_SIZE
# Each is repeated up to a size. What it once cost, or costs elsewhere, is why it is here.
WORST = {
    "marks of two kinds in turn": "\u0301\u0323",  # sorted one by one when a text is decomposed
    "digits of another script": "\u0663",
    "mathematical digits": "\U0001d7d7",
    "a ligature of eighteen letters": "\ufdfa",
    "addresses without end": "a@",
    "punycode without end": "a@xn--a.",
    "labels without end": "x@\u00f1.",
    "quotes and semicolons": ';"',
    "parameters": ";a=",
    "backslashes": "\\",
    "spaces": " ",
    "zeros": "0",
    "nines": "9",
    "invisible characters": "\u200b",
    "percent signs": "%",
    "NUL": "\x00",
}
# Read from the request by name, without a form: `test_worst_input` compares this with the code.
RAW_POST = ["accion", "olvidar", "decision", "confirmado", "action", ACTION_CHECKBOX_NAME, "documento", "csrfmiddlewaretoken"]
RAW_GET = ["salio", "next", "producto", "cursor", "mes", "dia", "q", "p", "o", "all", "e"]
COOKIES = ["sesion", "csrf", DEVICE_COOKIE, "otra"]
HEADERS = [
    "HTTP_HOST", "HTTP_ORIGIN", "HTTP_REFERER", "HTTP_USER_AGENT", "HTTP_COOKIE", "HTTP_X_FORWARDED_FOR", "HTTP_RANGE",
    "HTTP_X_FORWARDED_PROTO", "HTTP_X_REQUEST_ID", "HTTP_X_CSRFTOKEN", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_AUTHORIZATION", "HTTP_X_ODD",
    "CONTENT_TYPE", "CONTENT_LENGTH",
]  # fmt: skip


def worst(name: str, size: int) -> str:
    """The worst string of this name, of at most `size` bytes in UTF-8."""
    unit = WORST[name]
    return unit * (size // len(unit.encode()))


def all_forms(form: type = CappedForm) -> Iterator[type]:
    """Every form of the portal."""
    for kind in form.__subclasses__():
        yield kind
        yield from all_forms(kind)


def filter_names() -> set[str]:
    """The parameters of the office's filters."""
    return {spec.parameter_name for page in site._registry.values() for spec in page.list_filter}


def query_names() -> list[str]:
    return sorted({*RAW_GET, *PeriodForm.base_fields, *filter_names()})


class _Limited(ClientHandler):
    """Django's test handler behind the limits, as the portal is behind them in `cooperen.wsgi`."""

    def __call__(self, environ: dict[str, Any]) -> HttpResponse:
        refused: list[str] = []
        portal: Any = RequestLimits(lambda environ, start: ClientHandler.__call__(self, environ))  # type: ignore[arg-type]
        answer = portal(environ, lambda status, headers: refused.append(status))
        if not refused:
            return answer
        response = HttpResponse(b"".join(answer), status=int(refused[0][:3]))
        response.wsgi_request = None  # type: ignore[assignment]  the test client wants one
        return response


def limited(client: Client) -> Client:
    """The same browser, its requests behind the limits."""
    client.handler = _Limited(enforce_csrf_checks=False)
    client.raise_request_exception = True
    return client


def cost(client: Client, send: Callable[[Client], HttpResponse]) -> tuple[float, HttpResponse]:
    """Processor seconds of one request, which leaves nothing behind: neither rows nor cookies."""
    kept = client.cookies
    client.cookies = SimpleCookie({name: morsel.value for name, morsel in kept.items()})
    try:
        with transaction.atomic():
            begun = time.process_time()
            response = send(client)
            spent = time.process_time() - begun
            transaction.set_rollback(True)
    finally:
        client.cookies = kept
    return spent, response


def multipart(fields: dict[str, str]) -> tuple[bytes, str]:
    """A form as a script sends it, and its content type."""
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    return ("".join(parts) + "--b--\r\n").encode(), "multipart/form-data; boundary=b"


def urlencoded(fields: dict[str, str]) -> tuple[bytes, str]:
    """A form as a browser sends it."""
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def names_on(page: bytes) -> set[str]:
    """What the forms of a page send."""
    return set(re.findall(r'name="(\w+)"', page.decode("utf-8", "replace"))) - {"viewport"}


def addresses(member_id: int, staff_id: int, change_id: int, actions: list[str]) -> list[str]:
    """Every address, with the ids of existing rows and each staff action."""
    numbers = {"/member/": member_id, "/staff/": staff_id, "/contactchange/": change_id}
    found = []
    for address, _ in every_url():
        own = next((number for part, number in numbers.items() if part in address), 1)
        whole = address.replace("/1/", f"/{own}/")
        found += [f"{whole[:-2]}{action}/" for action in actions] if whole.endswith(f"/{own}/a/") else [whole]
    return found
