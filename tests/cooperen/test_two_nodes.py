"""Two web nodes on one database: a recovery begun on one is finished on the other after the first was killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from accounts.models import AccessKey
from tests.attacks.portal import Browser, free_port
from tests.killed import database_url
from tests.makers import make_member
from tests.recovery.walk import right_answers, word_of
from tests.settings import ROOT

REDIS = ("127.0.0.1", 6379)


def shared_cache() -> str:
    """Redis, as in a larger installation. Without one (never in CI) each node has its own cache, which must not matter."""
    try:
        socket.create_connection(REDIS, timeout=2).close()
    except OSError:
        if os.environ.get("CI") == "true":
            raise
        return "locmemcache://"
    return "redis://{}:{}/11".format(*REDIS)


@contextmanager
def node(folder: Path) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """A web node on the test's database."""
    port = free_port()
    environment = os.environ | {"TEST_DATABASE_URL": database_url(), "TEST_CACHE_URL": shared_cache()}
    environment["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--log-level", "warning"]
    with (folder / f"{port}.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "cooperen.wsgi:application"], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait(port)
            yield port, server
        finally:
            kill(server)


def kill(server: "subprocess.Popen[bytes]") -> None:
    """Kill all processes of the node at once, like a power cut."""
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(10)


def _wait(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if Browser(port).get("/salud/")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the node did not start")


@pytest.mark.django_db(transaction=True)
def test_a_recovery_goes_on_at_the_other_node_when_one_is_killed(tmp_path):
    member = make_member()
    with node(tmp_path) as (first, dying), node(tmp_path) as (second, _):
        browser = Browser(first)
        browser.open("/recuperar/").post("/recuperar/", {"documento": member.document})
        _, page = browser.get("/recuperar/preguntas/")
        kill(dying)
        browser.port = second
        assert page_of_questions(browser.get("/recuperar/preguntas/")[1]) == page_of_questions(page)
        assert answer(browser, member) == "/recuperar/listo/"
        key = shown_key(browser)
        browser.open("/acceso/").post("/acceso/", {"documento": member.document, "clave": key})
        assert browser.location == "/acceso/cambiar-clave/"
    assert AccessKey.objects.live().filter(member=member, kind="temporary").count() == 1


def page_of_questions(page: str) -> list[str]:
    """The options shown, which are the same on every node."""
    return [line.strip() for line in page.splitlines() if "pregunta_" in line]


def answer(browser: Browser, member) -> str:
    _, page = browser.get("/recuperar/preguntas/")
    picture = page.split('name="captcha_0" value="')[1].split('"')[0]
    fields = {"correo": member.email, **right_answers(member.document), "captcha_0": picture, "captcha_1": word_of(picture)}
    browser.post("/recuperar/preguntas/", fields)
    return browser.location


def shown_key(browser: Browser) -> str:
    return browser.get("/recuperar/listo/")[1].split('class="clave">')[1].split("<")[0]
