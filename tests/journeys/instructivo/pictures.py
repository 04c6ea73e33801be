"""The picture of a step: the elements it names are framed and numbered before the screenshot."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.journeys.instructivo.steps import Step
from tests.settings import ARTEFACTS

FOLDER = ARTEFACTS / "instructivo"
MARKED = re.compile(r"\*\*«([^»]+)»\*\*")
MARGIN, BADGE = 12, 30  # CSS pixels around what is shown, and above a mark
DRAW = """(element, number) => {
    const box = element.getBoundingClientRect(), frame = document.createElement('div'), badge = document.createElement('b');
    frame.className = 'marca-instructivo';
    Object.assign(frame.style, {position: 'absolute', zIndex: 9, boxSizing: 'border-box', border: '4px solid #c1121f',
        borderRadius: '8px', left: box.left + scrollX - 7 + 'px', top: box.top + scrollY - 7 + 'px',
        width: box.width + 14 + 'px', height: box.height + 14 + 'px'});
    Object.assign(badge.style, {position: 'absolute', right: '-4px', top: '-20px', width: '32px', borderRadius: '16px',
        background: '#c1121f', color: '#fff', textAlign: 'center', font: 'bold 20px/32px sans-serif'});
    badge.textContent = number;
    frame.append(badge);
    document.body.append(frame);
}"""


def take_picture(page: Page, step: Step) -> Path:
    """Mark the elements, take the screenshot into artefacts/, remove the marks."""
    page.evaluate("document.activeElement.blur()")
    marked = list(_marks(page, step))
    for number, element in marked:
        element.evaluate(DRAW, number)
    boxes = [_box(element) for _, element in marked]
    top = max(0, min(_box(page.locator(step.top).first)["y"] - MARGIN, *(box["y"] - BADGE for box in boxes)))
    ends = [_end(box) for box in ([_box(page.locator(step.bottom).first)] if step.bottom else boxes)]
    clip = {"x": 0, "y": top, "width": page.viewport_size["width"], "height": max(ends) + MARGIN - top}
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{step.name}.png"
    page.screenshot(path=path, full_page=True, clip=clip)
    page.evaluate("document.querySelectorAll('.marca-instructivo').forEach(frame => frame.remove())")
    return path


def _marks(page: Page, step: Step) -> list[tuple[int, Locator]]:
    """The number of the sentence and the element it names."""
    named = [(number, words) for number, sentence in enumerate(step.do, 1) for words in MARKED.findall(sentence)]
    return [(number, find(page, words)) for number, words in named] + [(n, page.locator(s).first) for n, s in step.marks]


def find(page: Page, words: str) -> Locator:
    """The field with this label, else the link or button with this name, else the text itself."""
    ways = (
        page.get_by_label(words, exact=True).and_(page.locator("input")),
        page.get_by_role("link", name=words, exact=True),
        page.get_by_role("button", name=words, exact=True),
        page.locator("main").get_by_text(words),
    )
    return next((way.first for way in ways if way.count()), ways[-1].first)


def _box(element: Locator) -> dict[str, float]:
    """The element's position on the whole page, in CSS pixels."""
    return element.evaluate("e => { const b = e.getBoundingClientRect(); return {y: b.top + scrollY, height: b.height} }")


def _end(box: dict[str, float]) -> float:
    return box["y"] + box["height"]
