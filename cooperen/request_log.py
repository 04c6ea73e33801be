"""Middleware for the request log: id, route, status and duration of each request."""

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

from accounts.middleware import from_our_proxy
from cooperen.logs import request_id, route_of

log = logging.getLogger("portal.request")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
GIVEN_ID = re.compile(r"[0-9a-fA-F-]{8,64}")


class RequestLogMiddleware:
    """Assign an id to every request (nginx's, if a trusted proxy sent it) and log one line when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(_id_of(request))
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
            self._log(request, response.status_code, begun)
            return response
        finally:
            request_id.reset(token)

    def _log(self, request: HttpRequest, status: int, begun: float) -> None:
        method = request.method if request.method in METHODS else "otro"
        milliseconds = round((time.perf_counter() - begun) * 1000, 1)
        log.info(
            "answered", extra={"method": method, "route": route_of(request), "status": status, "milliseconds": milliseconds}
        )


def _id_of(request: HttpRequest) -> str:
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    trusted = GIVEN_ID.fullmatch(given) and from_our_proxy(request.META.get("REMOTE_ADDR", ""))
    return given if trusted else uuid4().hex
