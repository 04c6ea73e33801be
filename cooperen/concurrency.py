"""A turnstile before every page: few go through at once, the others wait in line holding nothing but a thread.

A sign-in is 25 ms of Argon2. Behind a flood of them nobody could read his statement: they would take every processor and
every connection to the database while they wait. So what is sent and what is read stand in two lines, each short enough
for the connections there are. `make bench ARGS="--goal 4"` measures it: without the turnstile a statement took 26 times as
long in a flood of 64 sign-ins as alone.
"""

from collections.abc import Callable
from threading import BoundedSemaphore

from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError

from accounts.hashers import AT_ONCE

SENDING = AT_ONCE + 1  # per process: while one waits for the disk, another is hashed
READING = 8


class ConcurrencyLimitMiddleware:
    """Comes before whatever asks the database. The body is read first: slow senders wait outside."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.sending, self.reading = BoundedSemaphore(SENDING), BoundedSemaphore(READING)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            with self.reading:
                return self.get_response(request)
        _read(request)
        with self.sending:
            return self.get_response(request)


def _read(request: HttpRequest) -> None:
    try:
        request.POST  # noqa: B018  parsed once, kept by the request
    except UnreadablePostError:
        pass  # the sender is gone; whoever reads the form finds out again
