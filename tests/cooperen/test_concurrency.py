"""Concurrency limit: in a flood of POST requests, GET requests are still answered."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from cooperen.concurrency import SENDING, ConcurrencyLimitMiddleware

FLOOD = SENDING + 6
SECONDS = 10


class Portal:
    """Answers GET at once, and POST when `let` allows it."""

    def __init__(self) -> None:
        self.inside, self.most, self.lock, self.go_on = 0, 0, Lock(), Event()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            with self.lock:
                self.inside += 1
                self.most = max(self.most, self.inside)
            self.go_on.wait(SECONDS)
            with self.lock:
                self.inside -= 1
        return HttpResponse("estado de cuenta")


def test_a_statement_is_read_while_a_flood_of_sign_ins_waits_in_line():
    portal = Portal()
    limited, ask = ConcurrencyLimitMiddleware(portal), RequestFactory()
    with ThreadPoolExecutor(FLOOD + 1) as threads:
        flood = [threads.submit(limited, ask.post("/acceso/", {"documento": "1", "clave": "1"})) for _ in range(FLOOD)]
        statement = threads.submit(limited, ask.get("/estado-de-cuenta/"))
        assert statement.result(SECONDS).status_code == 200
        assert not any(one.done() for one in flood)
        portal.go_on.set()
        assert [one.result(SECONDS).status_code for one in flood] == [200] * FLOOD
    assert portal.most == SENDING


class Gone:
    """A client that disconnects in the middle."""

    def read(self, *size: int) -> bytes:
        raise OSError

    def close(self) -> None:
        """Nothing to close."""


def test_a_client_that_disconnects_frees_its_place():
    limited = ConcurrencyLimitMiddleware(lambda request: HttpResponse("bien"))
    for _ in range(SENDING + 1):
        request = RequestFactory().post("/acceso/", {"documento": "1"})
        request._stream = Gone()
        assert limited(request).status_code == 200
