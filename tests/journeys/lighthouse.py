"""Lighthouse on the five main pages, as on a cheap phone with a slow line: `make lighthouse`. Not in CI, because the
performance score depends on the machine."""

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, sync_playwright

from accounts.models import Member
from tests.journeys.conftest import NAMES, QUIET
from tests.journeys.test_pages import at_questions, inside, rosa  # noqa: F401  a fixture
from tests.journeys.walk import Walk
from tests.settings import ARTEFACTS

PROGRAM = ARTEFACTS / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
PAGES = ("/", "/acceso/", "/recuperar/", "/recuperar/preguntas/", "/estado-de-cuenta/")
TRIES = 4  # on a busy machine Lighthouse sometimes misses the start of a page (NO_NAVSTART)
LOWEST = {"accessibility": 100, "best-practices": 100, "performance": 95}


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def browser(tmp_path: Path, live_server: Any, port: int) -> Iterator[BrowserContext]:
    """A Chromium with a debugging port, which Lighthouse shares, cookies included."""
    path = next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path, executable_path=path, args=[*QUIET, f"--remote-debugging-port={port}"], base_url=live_server.url
        )
        yield context
        context.close()


def measure(url: str, port: int) -> dict[str, float]:
    """Scores of 0 to 100, and seconds to the first and the largest paint, with Lighthouse's slow 4G and slow phone."""
    command = ["node", str(PROGRAM), url, f"--port={port}", "--output=json", "--quiet", "--disable-storage-reset"]
    command.append(f"--only-categories={','.join(LOWEST)}")
    for _ in range(TRIES):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            break
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["finalDisplayedUrl"].split("?")[0] == url, "Lighthouse was sent elsewhere"
    scores = {name: round(100 * report["categories"][name]["score"]) for name in LOWEST}
    paints = ("first-contentful-paint", "largest-contentful-paint")
    return scores | {name: round(report["audits"][name]["numericValue"] / 1000, 1) for name in paints}


def test_lighthouse(browser: BrowserContext, live_server: Any, port: int, rosa: Member):  # noqa: F811
    at_questions(Walk(browser.new_page()), rosa)
    figures = {page: measure(live_server.url + page, port) for page in PAGES[:-1]}
    inside(Walk(browser.new_page()), rosa)
    figures[PAGES[-1]] = measure(live_server.url + PAGES[-1], port)
    (ARTEFACTS / "lighthouse.json").write_text(json.dumps(figures, indent=1), encoding="utf-8")
    for page, found in figures.items():
        print(page, found)
    low = [(page, name) for page, found in figures.items() for name, lowest in LOWEST.items() if found[name] < lowest]
    assert low == []
