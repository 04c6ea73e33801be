"""Concurrency limit: few requests of a process run at once; the others wait holding only a thread.

A sign-in costs 25 ms of Argon2. In a flood of sign-ins, waiting requests would hold all processors and database connections,
and statements would wait behind them. So POST requests and all others have a limit each, and both together fit the connection
pool. Without the limit a statement took 26 times as long in a flood of 64 sign-ins (`make bench ARGS="--goal 4"`).
"""

from collections.abc import Callable
from threading import BoundedSemaphore

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

from accounts.hashers import AT_ONCE

SENDING = AT_ONCE + 1  # per process; one more than hashes: while one waits for the disk, another is hashed
READING = 8
HEALTH = "/salud/"  # must answer while a database that hangs holds every place


class ConcurrencyLimitMiddleware:
    """Must precede every middleware that uses the database. Bodies are read first, so slow clients hold no place."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.sending, self.reading = BoundedSemaphore(SENDING), BoundedSemaphore(READING)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(HEALTH):
            return self.get_response(request)
        if request.method != "POST":
            with self.reading:
                return self.get_response(request)
        _read(request)
        with self.sending:
            return self.get_response(request)


def _read(request: HttpRequest) -> None:
    try:
        request.POST  # noqa: B018  parses the body; the request keeps it
    except UnreadablePostError:
        pass  # the client is gone; reading the form raises it again
