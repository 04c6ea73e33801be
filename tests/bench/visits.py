"""Visitors with little cost of their own: plain keep-alive sockets and a cookie jar, many at once."""

import re
import socket
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from statistics import median, quantiles
from urllib.parse import urlencode

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
COOKIE = re.compile(rb"\r\nset-cookie: *([^=; ]+)=([^;\r]*)", re.IGNORECASE)
LOCATION = re.compile(rb"\r\nlocation: *([^\r]*)", re.IGNORECASE)
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
CLIENTS = 16
IDLE = 10  # seconds after which a connection is not used again


@dataclass
class Browser:
    """One visitor: cookies, the last form token, and the client address to claim."""

    port: int
    address: str = "192.0.2.1"
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    location: str = ""  # where the last answer led
    _socket: socket.socket | None = None
    _used: float = 0

    def get(self, path: str, expect: int = 200, holds: bytes = b"") -> bytes:
        """The page; raises AssertionError if it is another one, or lacks the expected text."""
        body = self._ask(f"GET {path}", b"", expect)
        if holds not in body:
            raise AssertionError(f"GET {path}: no {holds!r} in\n{body[:1000]!r}")
        return body

    def post(self, path: str, data: dict[str, str], expect: int = 302) -> bytes:
        """Send a form with the token in hand."""
        return self._ask(f"POST {path}", urlencode({"csrfmiddlewaretoken": self.token, **data}).encode(), expect)

    def close(self) -> None:
        if self._socket:
            self._socket.close()
        self._socket = None

    def _ask(self, line: str, body: bytes, expect: int) -> bytes:
        connection = self._connection()
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        head = f"{line} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nX-Forwarded-For: {self.address}\r\nCookie: {jar}\r\n"
        if body:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        connection.sendall(f"{head}\r\n".encode() + body)
        return self._answer(connection, line, expect)

    def _connection(self) -> socket.socket:
        """The open one, or a new one where the server may have hung up in the meantime."""
        if time.monotonic() - self._used > IDLE:
            self.close()
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), 120)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._used = time.monotonic()
        return self._socket

    def _answer(self, connection: socket.socket, line: str, expect: int) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more(connection)
        head, _, body = data.partition(b"\r\n\r\n")
        found = LENGTH.search(head)
        while len(body) < int(found[1] if found else 0):
            body += self._more(connection)
        self.cookies.update({name.decode(): value.decode() for name, value in COOKIE.findall(head)})
        location, token = LOCATION.search(head), TOKEN.search(body)
        self.location = location[1].decode() if location else ""
        self.token = token[1].decode() if token else self.token
        if int(head[9:12]) != expect:
            raise AssertionError(f"{line}: {head[:12]!r} instead of {expect}\n{body[:400]!r}")
        return body

    def _more(self, connection: socket.socket) -> bytes:
        more = connection.recv(65536)
        if not more:
            raise ConnectionError("the server hung up")
        return more


@dataclass(frozen=True)
class Round:
    """The times of concurrent visits in seconds: of each one, and of all."""

    each: list[float]
    whole: float

    @property
    def rate(self) -> float:
        return len(self.each) / self.whole

    @property
    def p95(self) -> float:
        return quantiles(self.each, n=20)[-1]

    @property
    def middle(self) -> float:
        return median(self.each)


def at_once(visits: Iterable[Callable[[], object]], clients: int = CLIENTS) -> Round:
    """Make all visits, `clients` at a time; after one that failed no other begins."""

    def timed(visit: Callable[[], object]) -> float:
        begun = time.perf_counter()
        visit()
        return time.perf_counter() - begun

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        try:
            each = list(pool.map(timed, visits))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return Round(each, time.perf_counter() - begun)


def numbered(visit: Callable[[int], object], numbers: Iterable[int], clients: int = CLIENTS) -> Round:
    """The same visit by each of these visitors."""
    return at_once([partial(visit, number) for number in numbers], clients)
