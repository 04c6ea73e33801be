"""Attacks over HTTP that need only a portal's url. Each reports one line: the result and its bound."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

from tests.attacks.portal import TOKEN

NOBODY = 700_000_000  # first of the documents without a member
PAGES = ["/", "/acceso/", "/acceso/cambiar-clave/", "/acceso/no-fui-yo/", "/recuperar/", "/no-hay/"]
HEADERS = {"x-frame-options": "DENY", "x-content-type-options": "nosniff", "referrer-policy": "same-origin"}


@dataclass(frozen=True)
class Finding:
    """One line of the drill."""

    name: str
    figure: str
    bound: str
    good: bool


@dataclass
class Visitor:
    """A client with a cookie jar; `network` is claimed in `X-Forwarded-For`, which only our own portal trusts."""

    base: str
    network: str = ""
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], str]:
        connection = _connection(self.base, 60)
        cookies = "; ".join(f"{name}={quote(value)}" for name, value in self.cookies.items())
        sent = {"Cookie": cookies, "Referer": self.base + path}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        if self.network:
            sent["X-Forwarded-For"] = self.network
        connection.request(method, path, body, {**sent, **{name.replace("_", "-"): value for name, value in headers.items()}})
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        self._keep(response.headers.get_all("Set-Cookie") or [])
        connection.close()
        found = TOKEN.search(text)
        self.token = found[1] if found else self.token
        return response.status, {name.lower(): value for name, value in response.headers.items()}, text

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        return self.send("GET", path, None, **headers)

    def post(self, path: str, data: dict[str, str]) -> tuple[int, dict[str, str], str]:
        """Send a form with the token of the page last seen."""
        return self.send("POST", path, urlencode({"csrfmiddlewaretoken": self.token, **data}).encode())

    def _keep(self, lines: list[str]) -> None:
        for line in lines:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value


def _connection(base: str, timeout: float) -> http.client.HTTPConnection:
    parts = urlsplit(base)
    if parts.scheme == "https":
        return http.client.HTTPSConnection(parts.hostname or "", parts.port or 443, timeout=timeout)
    return http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=timeout)


def wrong_key(base: str, document: int, network: str = "") -> int:
    """One wrong key from a browser of its own; the status."""
    visitor = Visitor(base, network)
    visitor.get("/acceso/")
    return visitor.post("/acceso/", {"documento": str(document), "clave": "48271"})[0]


def parallel_guesses(base: str) -> Finding:
    """200 wrong keys on one document at the same moment."""
    document, statuses = NOBODY + int(time.time()) % 10**7, []
    barrier = threading.Barrier(50)

    def guess() -> None:
        visitor = Visitor(base)
        visitor.get("/acceso/")
        barrier.wait()
        statuses.extend(visitor.post("/acceso/", {"documento": str(document), "clave": "48271"})[0] for _ in range(4))

    _all_at_once([guess] * 50)
    judged = statuses.count(200)
    return Finding("200 claves en paralelo", f"{judged} comparadas", "5", judged <= 5 and judged + statuses.count(429) == 200)


def _all_at_once(acts: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def one_network(base: str) -> Finding:
    """Sign in with new documents from one network until it is locked out."""
    first = NOBODY + 20_000_000 + int(time.time()) % 10**7
    judged = 0
    while judged < 70 and wrong_key(base, first + judged) == 200:
        judged += 1
    return Finding("documentos desde una red", f"{judged} intentos", "60", judged <= 60)


def skipped_steps(base: str) -> Finding:
    """Get and post the pages of a recovery that was not started."""
    open_ones = 0
    for path in ("/recuperar/preguntas/", "/recuperar/listo/", "/estado-de-cuenta/", "/acceso/dispositivos/"):
        visitor = Visitor(base)
        visitor.get("/acceso/")
        open_ones += visitor.get(path)[0] != 302
        open_ones += visitor.post(path, {"correo": "a@b.co", "captcha_1": "x", "accion": "correo"})[0] not in (302, 405)
    return Finding("pasos saltados", f"{open_ones} páginas abiertas", "0", open_ones == 0)


def planted_session(base: str) -> Finding:
    """A session id of the attacker's choice."""
    kept = 0
    for name in ("sesion", "__Host-sesion"):
        visitor = Visitor(base, cookies={name: "a" * 32})
        visitor.get("/recuperar/")
        visitor.post("/recuperar/", {"documento": str(NOBODY)})
        attacker = Visitor(base, cookies={name: "a" * 32})
        kept += attacker.get("/recuperar/preguntas/")[0] == 200
    return Finding("sesión plantada", f"{kept} aceptadas", "0", kept == 0)


def other_hosts(base: str) -> Finding:
    """Host names that are not the portal's."""
    answers = [
        Visitor(base).get("/acceso/", Host=host) for host in ("malo.example", "malo.example:80", "localhost.malo.example")
    ]
    bad = sum(status < 400 or "malo" in text for status, _, text in answers)
    return Finding("otro nombre de servidor", f"{bad} aceptados", "0", bad == 0)


def page_headers(base: str) -> Finding:
    """The security headers of every page."""
    missing = 0
    for path in PAGES:
        headers = Visitor(base).get(path)[1]
        missing += sum(headers.get(name) != value for name, value in HEADERS.items())
        policy = headers.get("content-security-policy", "")
        missing += "default-src 'none'" not in policy or "unsafe" in policy
        missing += path != "/" and "no-store" not in headers.get("cache-control", "")
    return Finding("cabeceras de seguridad", f"{missing} faltan", "0", missing == 0)


def large_bodies(base: str) -> Finding:
    """Forms of a megabyte, thousands of fields, odd types."""
    bodies = [b"documento=" + b"3" * 2**20, b"&".join(b"a%d=1" % number for number in range(5000)), b"\x00\xff" * 1000]
    statuses = [_status(base, path, body) for path in ("/acceso/", "/recuperar/", "/acceso/no-fui-yo/") for body in bodies]
    crashed = sum(status >= 500 for status in statuses)
    return Finding("cuerpos grandes o raros", f"{crashed} errores 5xx", "0", crashed == 0)


def _status(base: str, path: str, body: bytes) -> int:
    visitor = Visitor(base)
    visitor.get(path)
    try:
        return visitor.send("POST", path, b"csrfmiddlewaretoken=" + visitor.token.encode() + b"&" + body)[0]
    except (ConnectionError, http.client.HTTPException):
        return 413  # hung up in the middle of it: refused as well


def long_words(base: str) -> Finding:
    """A word of 240 KB for the picture, of marks that are slow to sort, and a path of 60 KB."""
    visitor = Visitor(base)
    visitor.get("/recuperar/")
    visitor.post("/recuperar/", {"documento": str(NOBODY)})
    visitor.get("/recuperar/preguntas/")
    fields = {"csrfmiddlewaretoken": visitor.token, "captcha_0": "a" * 40, "captcha_1": "\u0301\u0323" * 60_000}
    started = time.monotonic()
    body, kind = _multipart(fields)
    statuses = [visitor.send("POST", "/recuperar/preguntas/", body, Content_Type=kind)[0], visitor.get("/" + "a" * 60_000)[0]]
    seconds = time.monotonic() - started
    return Finding("palabra de 240 KB", f"{seconds:.2f} s", "1 s", seconds < 1 and statuses[0] == 200 and statuses[1] < 500)


def _multipart(fields: dict[str, str]) -> tuple[bytes, str]:
    parts = [f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    return ("".join(parts) + "--b--\r\n").encode(), "multipart/form-data; boundary=b"


def slow_requests(base: str) -> Finding:
    """Two hundred requests that never end, and an honest visitor at the same time."""
    parts = urlsplit(base)
    held = list(
        _half_sent(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80), parts.scheme == "https")
    )
    started = time.monotonic()
    status = Visitor(base).get("/acceso/")[0]
    seconds = time.monotonic() - started
    for one in held:
        one.close()
    good = status == 200 and seconds < 3 and len(held) == 200
    return Finding("200 peticiones a medias", f"página en {seconds:.2f} s", "3 s", good)


def _half_sent(host: str, port: int, tls: bool) -> Iterator[socket.socket]:
    for number in range(200):
        one = socket.create_connection((host, port), timeout=10)
        if tls:
            one = ssl.create_default_context().wrap_socket(one, server_hostname=host)
        path = "/acceso/" if number % 2 else "/recuperar/"
        one.sendall(
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n".encode() + (b"\r\na=1" if number % 3 else b"")
        )
        yield one


def private_files(base: str) -> Finding:
    """Files on the server that must not be served."""
    paths = [
        "/.env",
        "/static/../.env",
        "/static/%2e%2e/.env",
        "/static/..%2fmanage.py",
        "/cooperen/settings.py",
        "/.git/config",
    ]
    found = sum(Visitor(base).get(path)[0] == 200 for path in paths)
    return Finding("archivos del servidor", f"{found} legibles", "0", found == 0)


def error_pages(base: str) -> Finding:
    """Internals that an error page reveals."""
    told = 0
    for path in (
        "/no-hay/%00",
        "/acceso/%ff",
        "/estado-de-cuenta/extracto.pdf?mes=%00",
        "/recuperar/imagen/" + "a" * 300 + "/",
    ):
        status, _, text = Visitor(base).get(path)
        told += status >= 500 or "Traceback" in text or "DEBUG" in text or ".py" in text
    return Finding("páginas de error", f"{told} cuentan algo", "0", told == 0)


# The last one leaves the attacker's network waiting, so nothing follows it.
CHECKS = [
    skipped_steps, planted_session, other_hosts, page_headers, large_bodies, long_words, slow_requests, private_files,
    error_pages, parallel_guesses, one_network,
]  # fmt: skip
