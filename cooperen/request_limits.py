"""Limits on the size and charset of a request, checked before Django parses it.

Each check is one pass over the text. Django's parsers of paths, cookies and `Content-Type` take time that grows faster than
the text.
"""

import logging
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from cooperen.views import error_page

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

LONGEST_HEADER = 8_192  # bytes, name and value
LONGEST_HEADERS = 32_768  # bytes of all of them
LONGEST_PATH = 1_024
LONGEST_QUERY = 4_096
LONGEST_METHOD = 16
LONGEST_CONTENT_TYPE = 256
CHARSET = "utf-8"  # of the portal's own pages: browsers send a form in the charset of its page
CONTROL = re.compile(r"[\x00-\x1f\x7f]")

TITLE = "No pudimos leer lo que envió"
TEXT = "La petición es demasiado larga o no está escrita en UTF-8. Vuelva a abrir la página e intente de nuevo."

Environ = dict[str, Any]
log = logging.getLogger("portal.request")


class RequestLimits:
    """WSGI middleware; a request over a limit gets an error page with 400."""

    def __init__(self, application: WSGIHandler) -> None:
        self.application = application

    def __call__(self, environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
        over = exceeded_limit(environ)
        if over:
            log.info("refused", extra={"status": 400, "kind": over})
            return _refuse(start_response)
        drop_odd_cookies(environ)
        return self.application(environ, start_response)


def exceeded_limit(environ: Environ) -> str:
    """The name of the limit that the request exceeds; "" for none."""
    path = environ.get("PATH_INFO", "")
    if len(path) > LONGEST_PATH or CONTROL.search(path) or not _is_utf8(path):
        return "path"
    if len(environ.get("QUERY_STRING", "")) > LONGEST_QUERY:
        return "query"
    if len(environ.get("REQUEST_METHOD", "")) > LONGEST_METHOD:
        return "method"
    if _headers_too_long(environ):
        return "headers"
    return "" if _readable(environ.get("CONTENT_TYPE") or "") else "content type"


def _is_utf8(path: str) -> bool:
    try:
        path.encode("latin-1").decode()  # WSGI decodes bytes as Latin-1 (PEP 3333)
    except UnicodeError:
        return False
    return True


def _headers_too_long(environ: Environ) -> bool:
    whole = 0
    for name, value in environ.items():
        if name.startswith("HTTP_") or name == "CONTENT_LENGTH":
            size = len(name) + len(value or "")
            if size > LONGEST_HEADER:
                return True
            whole += size
    return whole > LONGEST_HEADERS


def _readable(content_type: str) -> bool:
    """Whether every charset parameter is UTF-8. `*` marks encoded parameters (RFC 2231), which no form needs."""
    if len(content_type) > LONGEST_CONTENT_TYPE or "*" in content_type:
        return False
    parameters = (part.partition("=") for part in content_type.lower().split(";")[1:])
    return all(value.strip().strip("\"'") == CHARSET for name, _, value in parameters if "charset" in name)


def drop_odd_cookies(environ: Environ) -> None:
    """Remove cookies with a backslash: none of ours has one, and parsing them is quadratic."""
    cookies = environ.get("HTTP_COOKIE") or ""
    if "\\" in cookies:
        environ["HTTP_COOKIE"] = ";".join(cookie for cookie in cookies.split(";") if "\\" not in cookie)


def _refuse(start_response: "StartResponse") -> Iterable[bytes]:
    page = error_page(400, TITLE, TEXT)
    page["Content-Security-Policy"] = settings.CONTENT_SECURITY_POLICY
    page["X-Frame-Options"] = settings.X_FRAME_OPTIONS
    page["X-Content-Type-Options"] = "nosniff"
    page["Referrer-Policy"] = settings.SECURE_REFERRER_POLICY
    start_response("400 Bad Request", list(page.items()))
    return [page.content]
