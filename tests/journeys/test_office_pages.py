"""Every page of the office: axe and keyboard, at two desktop widths."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from accounts.access_actions import block_member
from accounts.models import Member
from audit.actors import Actor
from backoffice.models import StaffFactor
from outbox.worker import drain
from recovery.contact_changes import propose_contact_change
from recovery.coverage import queue_count
from tests.access import choose, given
from tests.journeys.look import sideways, structure, violations
from tests.journeys.walk import Walk
from tests.office import PASSWORD, code_of, hire
from tests.settings import ARTEFACTS
from tests.statements.ledgers import make_product

Open = Callable[..., Walk]
UNMASK = "Ver los datos completos (queda en la auditoría)"
WIDTHS = [(1280, 900), (1024, 600)]


@pytest.fixture
def rosa(transactional_db: Any, member: Member, other_member: Member) -> Member:
    """Rosa with a key, a wrong attempt and a proposal; and Hernán, blocked."""
    make_product(member)
    choose(member, "60382")
    given(member, "initial")
    by = Actor.member(member.document)
    propose_contact_change(member=member, changes={"mobile": "3205550199"}, by=by)
    block_member(member=other_member, by=Actor.operator("pruebas"), reason="Robo del celular")
    return member


def enter(walk: Walk) -> Walk:
    staff = hire("admin")
    walk.go("/admin/").type("Documento", staff.document).type("Contraseña", PASSWORD)
    return walk.type("Código de la aplicación", code_of(staff)).press("Ingresar").is_at("/admin/")


def at_enrolment(walk: Walk, rosa: Member) -> Walk:
    staff = hire("auxiliar")
    StaffFactor.objects.all().delete()
    return walk.go("/admin/").type("Documento", staff.document).type("Contraseña", PASSWORD).press("Ingresar")


def with_backup_codes(walk: Walk, rosa: Member) -> Walk:
    at_enrolment(walk, rosa)
    code = code_of(Member.objects.get(is_staff=True))
    return walk.type("Código de la aplicación", code).press("Confirmar").reads("Guarde sus códigos de respaldo")


def issued(walk: Walk, rosa: Member) -> Walk:
    enter(walk).go(f"/admin/accounts/member/{rosa.pk}/emitir-clave/")
    walk.page.get_by_label("Cédula física").check()
    return walk.type("Motivo", "Olvidó la suya").press("Emitir la clave").reads("Clave inicial emitida")


def marked(walk: Walk, rosa: Member) -> Walk:
    enter(walk).go("/admin/accounts/member/")
    walk.page.locator("input[name=_selected_action]").first.check()
    walk.page.get_by_label("Con los asociados marcados").select_option("emitir_claves")
    return walk.press("Continuar")


def page(path: str) -> Callable[[Walk, Member], Walk]:
    return lambda walk, rosa: enter(walk).go(path.format(rosa=rosa.pk, change=rosa.contact_changes.get().pk, staff=_staff()))


def cannot_recover(walk: Walk, rosa: Member) -> Walk:
    """By a press on the front page's figure: Rosa lacks facts and an e-mail, Hernán is blocked; another pass is due."""
    Member.objects.filter(pk=rosa.pk).update(email="", landline="", birth_date=None, issue_date=None, branch="Centro")
    queue_count()
    drain()
    queue_count()
    return enter(walk).press("2 Asociados que no pueden recuperar con preguntas").is_at("/admin/backoffice/cannotrecover/")


def _staff() -> int:
    return Member.objects.get(is_staff=True).pk


STATES: dict[str, Callable[[Walk, Member], Walk]] = {
    "sign-in": lambda walk, rosa: walk.go("/admin/login/"),
    "sign-in-empty": lambda walk, rosa: walk.go("/admin/login/").press("Ingresar"),
    "enrol": at_enrolment,
    "backup-codes": with_backup_codes,
    "front": page("/admin/"),
    "password": page("/admin/password_change/"),
    "members": page("/admin/accounts/member/"),
    "members-none": page("/admin/accounts/member/?q=nadie"),
    "members-unmarked": lambda walk, rosa: (
        page("/admin/accounts/member/")(walk, rosa).press("Continuar").reads("Marque al menos")
    ),
    "members-paused": page("/admin/accounts/member/?estado=pausa"),
    "card": page("/admin/accounts/member/{rosa}/"),
    "unmasked": lambda walk, rosa: page("/admin/accounts/member/{rosa}/")(walk, rosa).press(UNMASK),
    "issue": page("/admin/accounts/member/{rosa}/emitir-clave/"),
    "issue-empty": lambda walk, rosa: page("/admin/accounts/member/{rosa}/emitir-clave/")(walk, rosa).press("Emitir la clave"),
    "issued": issued,
    "unlock": page("/admin/accounts/member/{rosa}/quitar-pausa/"),
    "require": page("/admin/accounts/member/{rosa}/exigir-cambio/"),
    "block": page("/admin/accounts/member/{rosa}/bloquear/"),
    "restore": page("/admin/accounts/member/{rosa}/restablecer/"),
    "contact": page("/admin/accounts/member/{rosa}/contacto/"),
    "bulk": marked,
    "changes": page("/admin/accounts/contactchange/"),
    "change": page("/admin/accounts/contactchange/{change}/"),
    "attempts": page("/admin/recovery/attempt/"),
    "cannot-recover": cannot_recover,
    "messages": page("/admin/outbox/message/"),
    "products": page("/admin/statements/product/"),
    "events": page("/admin/audit/event/"),
    "staff": page("/admin/backoffice/staff/"),
    "staff-block": page("/admin/backoffice/staff/{staff}/bloquear/"),
}


@pytest.mark.parametrize("name", STATES)
def test_every_page_of_the_office_can_be_read_and_operated(name: str, rosa: Member, walk: Open):
    at = STATES[name](walk(viewport={"width": 1280, "height": 900}), rosa)
    seen = structure(at.page)
    assert seen["headings"] == 1
    assert seen["main"]
    assert seen["title"].startswith("Error: ") == seen["summary"], seen["title"]
    for width, height in WIDTHS:
        at.page.set_viewport_size({"width": width, "height": height})
        assert sideways(at.page) == 0
        assert violations(at.page) == []
        assert too_small(at.page) == []
        picture(at, name, width)


def too_small(page: Any) -> list[str]:
    """Buttons, links of the menu and fields lower than 44 pixels."""
    script = """lowest => [...document.querySelectorAll(`main button, main .boton, main select, .menu-oficina a,
        .menu-oficina button, main input:not([type=hidden]):not([type=radio]):not([type=checkbox])`)]
        .filter(e => e.offsetParent && e.getBoundingClientRect().height < lowest).map(e => e.outerHTML.slice(0, 120))"""
    return page.evaluate(script, 43.5)


def picture(at: Walk, name: str, width: int) -> None:
    folder: Path = ARTEFACTS / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    at.page.screenshot(path=folder / f"office-{name}-{width}.png", full_page=True)


def test_a_key_is_issued_by_keyboard_alone(rosa: Member, walk: Open):
    at = enter(walk())
    at.page.keyboard.type(rosa.document)  # the search has the focus
    at.page.keyboard.press("Enter")
    at.is_at(f"/admin/accounts/member/{rosa.pk}/")
    reach(at, "Emitir clave inicial")
    at.page.keyboard.press("Enter")
    at.is_at(f"/admin/accounts/member/{rosa.pk}/emitir-clave/")
    at.page.locator("#id_como_0").focus()
    at.page.keyboard.press("Space")
    at.page.keyboard.press("Tab")
    at.page.keyboard.type("Olvidó la suya")
    at.page.keyboard.press("Enter")
    at.reads("Clave inicial emitida")
    assert re.fullmatch(r"\d{6}", at.page.locator(".emitida").inner_text())


def test_a_whole_page_of_members_is_marked_at_once(rosa: Member, walk: Open):
    at = enter(walk()).go("/admin/accounts/member/")
    at.page.get_by_role("button", name="Marcar los 2 de esta página").click()
    at.page.get_by_label("Con los asociados marcados").select_option("quitar_pausa")
    at.press("Continuar").reads("Son 2 asociados")


def reach(at: Walk, text: str) -> None:
    """Tab until the link with this text has the focus."""
    for _ in range(60):
        at.page.keyboard.press("Tab")
        if at.page.evaluate("document.activeElement.textContent.trim()") == text:
            return
    pytest.fail(f"«{text}» is not reached by Tab")


def test_the_slip_is_printed_alone(rosa: Member, walk: Open):
    at = issued(walk(), rosa)
    at.page.evaluate("window.print = () => { document.title = 'impreso' }")
    at.page.get_by_role("button", name="Imprimir comprobante").click()
    assert at.page.title() == "impreso"
    at.page.emulate_media(media="print")
    assert at.page.locator("header, nav.menu-oficina, .no-imprimir").filter(visible=True).count() == 0
    assert at.page.locator(".comprobante").is_visible()
