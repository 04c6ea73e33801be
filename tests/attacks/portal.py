"""A real portal for attacks: its own database, several server processes, plain HTTP on loopback."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

ROOT = Path(__file__).resolve().parent.parent.parent
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Portal:
    """The port of a running portal, and the environment of its processes and commands."""

    port: int
    environment: dict[str, str]
    server: "subprocess.Popen[bytes]"
    counts: Path

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *arguments: str, stdin: str = "") -> str:
        """Run a `manage.py` command against this portal's database; its output."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, input=stdin, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    def run(self, code: str) -> str:
        """Run Python inside the project, with this portal's settings; what it prints."""
        setup = "import django; django.setup()\n"
        command = [sys.executable, "-c", setup + code]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def processor_seconds(self) -> float:
        """Processor time of all server processes so far, in seconds."""
        fields = (_stat(entry) for entry in Path("/proc").glob("[0-9]*"))
        ticks = sum(int(own[11]) + int(own[12]) for own in fields if own and int(own[2]) == self.server.pid)
        return ticks / os.sysconf("SC_CLK_TCK")

    def verified(self) -> int:
        """The number of keys verified by all server processes."""
        return self.counts.read_bytes().count(b"v")


def _stat(process: Path) -> list[str]:
    """The fields of /proc/N/stat after the name: [2] group, [11] and [12] processor time; none when it has ended."""
    try:
        return (process / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


@dataclass
class Browser:
    """A client with a cookie jar and one connection per request, as a simple attack script uses."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    address: str = ""  # sent in X-Forwarded-For; trusted if TRUSTED_PROXIES contains 127.0.0.1

    def get(self, path: str) -> tuple[int, str]:
        return self._send("GET", path, None)

    def post(self, path: str, data: dict[str, str] | list[tuple[str, str]]) -> tuple[int, str]:
        """Send a form with the token of the page last seen."""
        pairs = list(data.items()) if isinstance(data, dict) else data
        return self._send("POST", path, urlencode([("csrfmiddlewaretoken", self.token), *pairs]))

    def open(self, path: str) -> "Browser":
        """Get a page and keep its CSRF token."""
        self.get(path)
        return self

    def _send(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": "; ".join(f"{name}={quote(value)}" for name, value in self.cookies.items())}
        if self.address:
            headers["X-Forwarded-For"] = self.address
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        self._keep(response.headers.get_all("Set-Cookie") or [])
        connection.close()
        found = TOKEN.search(text)
        if found:
            self.token = found[1]
        self.location = response.headers.get("Location", "")
        return response.status, text

    def _keep(self, lines: list[str]) -> None:
        for line in lines:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_portal(folder: Path, database_url: str, workers: int = 2, **settings: str) -> Iterator[Portal]:
    """Start a portal on an empty database (made by the caller) and stop it again."""
    environment = {**os.environ, "ENV_FILE": os.devnull, "DATABASE_URL": database_url, "HTTPS": "off"}
    environment |= {"EMAIL_URL": f"filemail:///{folder}/mail", "DJANGO_SETTINGS_MODULE": "tests.attacks.settings"}
    environment |= {"COUNTS": str(folder / "counts"), "ALLOWED_HOSTS": "127.0.0.1", "PYTHONPATH": str(ROOT)} | settings
    (folder / "counts").touch()
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--workers", str(workers)]
    command += ["--log-level", "warning", "tests.attacks.counting:application"]
    portal = Portal(port, environment, None, folder / "counts")  # type: ignore[arg-type]
    portal.manage("migrate", "--verbosity", "0")
    with (folder / "server.log").open("wb") as log:
        portal.server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(portal)
        yield portal
    finally:
        os.killpg(portal.server.pid, signal.SIGTERM)
        portal.server.wait(15)


def wait_for(portal: Portal) -> None:
    """Until the server answers."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if Browser(portal.port).get("/")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the portal did not start")
