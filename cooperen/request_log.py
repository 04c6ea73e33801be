"""What the log says of each request: its id, which page, how it ended, how long it took."""

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
    """An id for every request (nginx's own, if it comes from our proxy) and one line when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(_id_of(request))
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
            self._tell(request, response.status_code, begun)
            return response
        finally:
            request_id.reset(token)

    def _tell(self, request: HttpRequest, status: int, begun: float) -> None:
        method = request.method if request.method in METHODS else "otro"
        milliseconds = round((time.perf_counter() - begun) * 1000, 1)
        log.info(
            "answered", extra={"method": method, "route": route_of(request), "status": status, "milliseconds": milliseconds}
        )


def _id_of(request: HttpRequest) -> str:
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    believed = GIVEN_ID.fullmatch(given) and from_our_proxy(request.META.get("REMOTE_ADDR", ""))
    return given if believed else uuid4().hex
