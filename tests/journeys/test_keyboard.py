"""Recovery by keyboard alone, reading order, and pages under user settings (spacing, zoom, forced colours)."""

from collections.abc import Callable

import pytest
from captcha.models import CaptchaStore
from playwright.sync_api import Page

from accounts.models import Member
from recovery.challenge import ask_about
from tests.journeys.look import NARROW, SPACED, add_style, sideways
from tests.journeys.test_pages import STATES, rosa  # noqa: F401  a fixture
from tests.journeys.walk import Walk

Open = Callable[..., Walk]
MOST_TABS = 40
# Focusable elements in document order, with their position on the page.
STOPS = """() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]
    .filter(e => e.checkVisibility() && e.tabIndex >= 0 && !e.closest('.saltar'))
    .map(e => [(e.textContent || e.name).trim().slice(0, 40), Math.round(e.getBoundingClientRect().top + scrollY)])"""
# Boxes whose text is taller or wider than its visible part.
CUT = """() => [...document.querySelectorAll('body *')]
    .filter(e => !e.closest('.oculto, .saltar, svg') && e.offsetParent)
    .filter(e => /hidden|clip/.test(getComputedStyle(e).overflow))
    .filter(e => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
    .map(e => e.outerHTML.slice(0, 120))"""
WIDER = """() => [...document.querySelectorAll('body *')].filter(e => e.scrollWidth > 320)
    .map(e => e.outerHTML.slice(0, 120))"""
RING = """() => { const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 3 }"""
WALKED = (
    "home", "sign-in", "sign-in-empty", "change-forced", "recovery", "questions", "questions-empty", "result", "statement",
)  # fmt: skip


def tab_to(page: Page, name: str) -> None:
    """Tab until the field of this name, or the link or button with this prefix, has a visible focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        here = page.evaluate("[document.activeElement.name || '', document.activeElement.textContent.trim()]")
        if here[0] == name or here[1].startswith(name):
            assert page.evaluate(RING), f"nobody sees that «{name}» has the focus"
            return
    pytest.fail(f"«{name}» is not reached by Tab")


def fill(page: Page, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.type(text)


def enter(page: Page) -> None:
    with page.expect_navigation():
        page.keyboard.press("Enter")


def choose_answers(page: Page, document: str) -> None:
    """Enter each group by Tab, choose the right option by arrow keys."""
    for number, question in enumerate(ask_about(document).questions, 1):
        tab_to(page, f"pregunta_{number}")
        page.keyboard.press("Space")
        values = [option.value for option in question.options]
        for _ in range(values.index(question.right)):
            page.keyboard.press("ArrowDown")


def test_a_key_is_recovered_and_the_statement_read_by_keyboard_alone(rosa: Member, walk: Open):  # noqa: F811
    person = walk().go("/")
    page = person.page
    tab_to(page, "Estado de Cuentas")
    enter(page)
    tab_to(page, "¿Olvidó su clave?")
    enter(page)
    fill(page, "documento", rosa.document)
    enter(page)
    fill(page, "correo", rosa.email)
    choose_answers(page, rosa.document)
    picture = page.locator("input[name=captcha_0]").input_value()
    fill(page, "captcha_1", CaptchaStore.objects.get(hashkey=picture).response)
    enter(page)
    temporary = person.is_at("/recuperar/listo/").key_shown()
    tab_to(page, "Ir a control de Acceso")
    enter(page)
    fill(page, "clave", temporary)
    enter(page)
    for name, key in (("clave_actual", temporary), ("clave_nueva", "48271"), ("clave_confirmacion", "48271")):
        fill(page, name, key)
    enter(page)
    person.reads("✔ Cambio realizado con éxito, ingrese los nuevos datos")
    fill(page, "documento", rosa.document)
    fill(page, "clave", "48271")
    enter(page)
    person.is_at("/estado-de-cuenta/").reads("Lo que tengo")


@pytest.mark.parametrize("name", WALKED)
def test_what_is_reached_next_never_stands_higher_on_the_page(name: str, rosa: Member, walk: Open):  # noqa: F811
    page = STATES[name](walk(), rosa).page
    tops = [top for _, top in page.evaluate(STOPS)]
    assert tops == sorted(tops), page.evaluate(STOPS)


@pytest.mark.parametrize("name", WALKED)
def test_spaced_out_text_is_neither_cut_nor_wider_than_the_page(name: str, rosa: Member, walk: Open):  # noqa: F811
    page = STATES[name](walk(viewport={"width": NARROW, "height": 640}), rosa).page
    add_style(page, SPACED + "p { margin-bottom: 2em !important }")
    assert page.locator("main").evaluate("e => getComputedStyle(e).letterSpacing") != "normal"
    assert sideways(page) == 0
    assert page.evaluate(CUT) == []


@pytest.mark.parametrize("name", ["sign-in-empty", "questions", "result", "statement"])
def test_forced_colours_leave_edges_and_focus(name: str, rosa: Member, walk: Open):  # noqa: F811
    page = STATES[name](walk(forced_colors="active"), rosa).page
    bare = "e => getComputedStyle(e).borderTopStyle === 'none'"
    boxes = page.locator("main .boton, main button:not(nav button), main input:not([type=hidden]):not([type=radio])")
    assert not any(box.evaluate(bare) for box in boxes.filter(visible=True).all())
    page.keyboard.press("Tab")
    assert page.evaluate(RING)


@pytest.mark.parametrize("name", WALKED[:-1])  # amounts of the statement do not break
def test_letters_twice_as_large_still_fit_a_narrow_phone(name: str, rosa: Member, walk: Open):  # noqa: F811
    """320 pixels are 1280 at a zoom of 400 % (WCAG 1.4.10); twice as large letters halve that again."""
    page = STATES[name](walk(viewport={"width": NARROW, "height": 640}), rosa).page
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert sideways(page) == 0, page.evaluate(WIDER)
