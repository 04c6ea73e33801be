"""Checks for every page and error state: accessibility, size, and the same content without scripts and styles."""

import gzip
import json
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.walk import Walk
from tests.settings import ARTEFACTS

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SWITCHED_ON = ["target-size", "color-contrast-enhanced"]  # AAA; axe leaves both off
NARROW, PHONE, WIDE = 320, 360, 1280  # CSS pixels
HARD_LIMIT, TARGET = 14 * 1024, 5 * 1024  # bytes, compressed; only the statement may exceed the second
LOWEST = 56  # CSS pixels: the height of a touch target
# WCAG 1.4.12: no text may be cut off with this spacing.
SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
LARGE = "html { font-size: 200% }"  # WCAG 1.4.4, on the narrowest screen, stricter than required
FOCUSED = ".resumen, .aviso[autofocus]"  # what must have the focus when the page opens
TAPPED = (
    "main button, main .boton, main input:not([type=hidden]):not([type=radio]), .opciones label, nav a, a.marca, summary, "
    "header button"
)


@cache
def axe() -> str:
    """The source of axe-core, from the development requirements."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


def violations(page: Page) -> list[str]:
    """The violations axe finds: rule, element, and reason."""
    page.evaluate(axe())
    rules = {rule: {"enabled": True} for rule in SWITCHED_ON}
    options = {"runOnly": {"type": "tag", "values": TAGS}, "rules": rules, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(document, options)", options)
    nodes = [(rule["id"], node) for rule in found["violations"] for node in rule["nodes"]]
    return [f"{rule}: {node['html']} {node.get('failureSummary', '')}" for rule, node in nodes]


def sideways(page: Page) -> int:
    """CSS pixels by which the page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def too_low(page: Page) -> list[str]:
    """Touch targets that are lower than required."""
    script = """([selector, lowest]) => [...document.querySelectorAll(selector)]
        .filter(e => e.offsetParent && e.getBoundingClientRect().height < lowest - 0.5)
        .map(e => e.outerHTML.slice(0, 120) + ' ' + e.getBoundingClientRect().height)"""
    return page.evaluate(script, [TAPPED, LOWEST])


def structure(page: Page) -> dict[str, Any]:
    """What screen readers rely on: language, title, landmarks, headings."""
    script = """() => ({
        headings: document.querySelectorAll('h1').length,
        title: document.title,
        language: document.documentElement.lang,
        summary: !!document.querySelector('.resumen'),
        expects_focus: !!document.querySelector('.resumen, .aviso[autofocus]'),
        refresh: !!document.querySelector('[http-equiv=refresh i]'),
        tabindex: !!document.querySelector('[tabindex]:not([tabindex="0"]):not([tabindex="-1"])'),
        first_link: document.querySelector('a')?.textContent,
        main: !!document.querySelector('main#contenido'),
    })"""
    return page.evaluate(script)


def inspect(walk: Walk, name: str, target: int = TARGET) -> None:
    """Run all checks on the walk's current page, at 320, 360 and 1280 pixels; pictures go to artefacts/."""
    page, weight = walk.page, len(gzip.compress(walk.answer_size()))
    note(name, weight)
    assert weight <= min(target, HARD_LIMIT)
    seen = structure(page)
    assert seen["headings"] == 1
    assert seen["language"] == "es-CO"
    assert seen["main"]
    assert not seen["refresh"]
    assert not seen["tabindex"]
    assert seen["title"].startswith("Error: ") == seen["summary"], seen["title"]
    if seen["expects_focus"]:
        expect(page.locator(FOCUSED).first).to_be_focused()  # waits: focus moves with the next frame, not at load
    page.set_viewport_size({"width": NARROW, "height": 640})
    assert sideways(page) == 0
    found = violations(page)
    assert not found, "\n".join(found)
    low = too_low(page)
    assert not low, low
    add_style(page, LARGE)
    assert sideways(page) == 0
    page.evaluate("document.adoptedStyleSheets = []")
    pictures(page, name)
    add_style(page, SPACED)
    page.set_viewport_size({"width": PHONE, "height": 740})
    assert sideways(page) == 0


def add_style(page: Page, css: str) -> None:
    """Add a style sheet like a user's own; changing the page's own would violate its content security policy."""
    page.evaluate(
        "css => { const own = new CSSStyleSheet(); own.replaceSync(css); document.adoptedStyleSheets.push(own) }", css
    )


def pictures(page: Page, name: str) -> None:
    """A screenshot at a phone's width and one at a desktop's."""
    for width, height in ((PHONE, 740), (WIDE, 800)):
        page.set_viewport_size({"width": width, "height": height})
        assert sideways(page) == 0
        folder = ARTEFACTS / "screens"
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)


def note(name: str, weight: int) -> None:
    """The compressed weight of each page, for the README's table."""
    folder = ARTEFACTS / "weights"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps({"page": name, "bytes": weight}), encoding="utf-8")
