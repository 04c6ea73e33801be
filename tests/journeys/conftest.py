"""Fixtures for Chromium and the live server; every test here has the mark `browser`."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

from tests.journeys.walk import Walk

# Playwright's own loop runs in the main thread; Django must not mistake it for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
PHONE = {"width": 360, "height": 740}
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright; nothing is downloaded."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.fail("Chromium is missing. Debian: apt-get install chromium. Or leave these out: pytest -m 'not browser'")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def walk(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Walk]]:
    """Open a new browser at each call: `walk(javascript=False)`."""
    contexts = []

    def open_browser(javascript: bool = True, **more: Any) -> Walk:
        options = {"viewport": PHONE, "locale": "es-CO", "timezone_id": "America/Bogota", **more}
        context = chromium.new_context(java_script_enabled=javascript, base_url=live_server.url, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Walk(context.new_page())

    yield open_browser
    for context in contexts:
        try:
            context.close()
        except Error:
            pass  # the page is gone already
