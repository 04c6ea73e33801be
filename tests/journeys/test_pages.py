"""Every member page and error state: axe at 320 pixels, and the keyboard."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.models import AccessKey, Member
from accounts.sessions import SessionStore
from ratelimits import rates
from ratelimits.gcra import microseconds
from ratelimits.models import RateLimit
from tests.access import choose, given
from tests.journeys.look import TARGET, inspect, sideways, violations
from tests.journeys.walk import Walk
from tests.statements import states
from tests.statements.invented import invent_products

KEY = "60382"
Open = Callable[..., Walk]


@pytest.fixture
def rosa(transactional_db: Any, member: Member) -> Member:
    """Rosa with a key, three to six products and two years of movements."""
    invent_products(member, Random(7), today=timezone.localdate())
    choose(member, KEY)
    return member


def sign_in(walk: Walk, document: str, key: str) -> Walk:
    return walk.go("/acceso/").type("Documento", document).type("Clave de consultas", key).press("Consultar")


def inside(walk: Walk, rosa: Member) -> Walk:
    return sign_in(walk, rosa.document, KEY).is_at("/estado-de-cuenta/")


def at_questions(walk: Walk, rosa: Member) -> Walk:
    return walk.go("/recuperar/").type("Documento", rosa.document).press("Consultar").is_at("/recuperar/preguntas/")


def recovered(walk: Walk, rosa: Member) -> Walk:
    at_questions(walk, rosa).type("Correo electrónico", rosa.email).answer(rosa.document).read_picture()
    return walk.press("Enviar").is_at("/recuperar/listo/")


def change(walk: Walk, current: str, new: str, again: str) -> Walk:
    walk.type("Clave actual", current).type("Nueva clave", new).type("Confirme la nueva clave", again)
    return walk.press("Cambiar")


def locked_out(walk: Walk, rosa: Member) -> Walk:
    for _ in range(6):
        sign_in(walk, rosa.document, "90352")
    return walk.reads("en pausa")


def forced(walk: Walk, rosa: Member) -> Walk:
    return sign_in(walk, rosa.document, given(rosa, AccessKey.Kind.INITIAL)).is_at("/acceso/cambiar-clave/")


def changed(walk: Walk, rosa: Member) -> Walk:
    initial = given(rosa, AccessKey.Kind.INITIAL)
    return change(sign_in(walk, rosa.document, initial), initial, "48271", "48271").is_at("/acceso/")


def wrong_answers(walk: Walk, rosa: Member) -> Walk:
    at_questions(walk, rosa).type("Correo electrónico", "otra@correo.example").answer(rosa.document).read_picture()
    return walk.press("Enviar").reads("Las respuestas no coinciden")


def wrong_picture(walk: Walk, rosa: Member) -> Walk:
    at_questions(walk, rosa).type("Correo electrónico", rosa.email).answer(rosa.document)
    return walk.type("Escriba la palabra de la imagen", "otra").press("Enviar").reads("La palabra no es igual")


def by_mail(walk: Walk, rosa: Member) -> Walk:
    return at_questions(walk, rosa).press("No puedo leer la imagen: enviar la clave a mi correo registrado")


def gone_result(walk: Walk, rosa: Member) -> Walk:
    recovered(walk, rosa).press("Ir a control de Acceso").go("/recuperar/listo/")
    return walk.reads("Esta clave ya no está disponible.")


def idle(walk: Walk, rosa: Member) -> Walk:
    """Age every session by an hour."""
    inside(walk, rosa)
    store = SessionStore()
    for row in Session.objects.all():
        data = store.decode(row.session_data)
        data["seen_at"] -= 3600
        Session.objects.filter(pk=row.pk).update(session_data=store.encode(data))
    return walk.go("/estado-de-cuenta/").is_at("/acceso/").reads("Por seguridad cerramos su consulta")


def under_attack(walk: Walk, rosa: Member) -> Walk:
    """Attack mode: the portal's rate limit is used up, and unknown browsers must read a picture to sign in."""
    limit, now = rates.portal(members=0), microseconds(timezone.now())
    RateLimit.objects.create(id=limit.id, name="portal", tat=now + limit.burst * limit.step, alarm_at=now)
    return walk.go("/acceso/").reads("Escriba la palabra de la imagen").press("Consultar")


def recovery_locked_out(walk: Walk, rosa: Member) -> Walk:
    for number in range(21):
        walk.go("/recuperar/").type("Documento", str(1020304 + number)).press("Consultar")
    return walk.is_at("/recuperar/").reads("en pausa")


def asks_for_change(walk: Walk, rosa: Member) -> Walk:
    inside(walk, rosa).go("/estado-de-cuenta/mis-datos/").type("Celular", "3205550199")
    return walk.press("Pedir el cambio").reads("Recibimos su solicitud")


def all_open(walk: Walk, rosa: Member) -> Walk:
    inside(walk, rosa).page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    return walk


def late(walk: Walk, rosa: Member) -> Walk:
    """Three instalments of one loan overdue, a part of another."""
    for make in (states.late(3, 66, number="40-91"), states.loan("Educación", arrears_amount=Decimal(9_000), number="40-92")):
        make(rosa)
    return inside(walk, rosa).reads("Tiene 3 cuotas vencidas")


def without_products(walk: Walk, rosa: Member) -> Walk:
    rosa.products.all().delete()
    return walk


def lacks_facts(walk: Walk, rosa: Member) -> Walk:
    """No e-mail, too few facts, an address without a plate, and a request that was rejected."""
    facts = {"email": "", "issue_date": None, "birth_date": None, "landline": "1111111", "address": "Finca La Esperanza"}
    Member.objects.filter(pk=rosa.pk).update(**facts)
    now = timezone.now()
    by = {"proposed_by": rosa.document, "proposed_as": "asociado", "proposed_at": now, "decided_at": now}
    rosa.contact_changes.create(changes={"mobile": "3205550199", "address": "x"}, state="rejected", **by)
    return inside(walk, rosa).go("/estado-de-cuenta/mis-datos/").reads("No tenemos su correo.")


def held(walk: Walk, rosa: Member) -> Walk:
    Member.objects.filter(pk=rosa.pk).update(held_until=timezone.now() + timedelta(hours=70))
    return inside(walk, rosa).go("/estado-de-cuenta/mis-datos/").reads("Sus datos cambiaron hace poco.")


def expired(walk: Walk, rosa: Member) -> Walk:
    """Delete the form's cookie, as if it had expired."""
    walk.go("/acceso/").page.context.clear_cookies()
    return walk.press("Consultar").reads("Pasó mucho tiempo y cerramos esta página")


# name of the state: how to get there
STATES: dict[str, Callable[[Walk, Member], Walk]] = {
    "home": lambda walk, rosa: walk.go("/"),
    "home-left": lambda walk, rosa: walk.go("/?salio=1"),
    "sign-in": lambda walk, rosa: walk.go("/acceso/"),
    "sign-in-empty": lambda walk, rosa: walk.go("/acceso/").press("Consultar"),
    "sign-in-letters": lambda walk, rosa: sign_in(walk, "abc", "x"),
    "sign-in-wrong": lambda walk, rosa: sign_in(walk, rosa.document, "90352"),
    "sign-in-paused": locked_out,
    "sign-in-changed": changed,
    "sign-in-idle": idle,
    "sign-in-attack-mode": under_attack,
    "change": lambda walk, rosa: walk.go("/acceso/cambiar-clave/"),
    "change-empty": lambda walk, rosa: walk.go("/acceso/cambiar-clave/").press("Cambiar"),
    "change-forced": forced,
    "change-easy": lambda walk, rosa: change(forced(walk, rosa), "123456", "12345", "54321"),
    "change-wrong": lambda walk, rosa: change(forced(walk, rosa), "90352", "48271", "48271"),
    "devices": lambda walk, rosa: inside(walk, rosa).go("/acceso/dispositivos/"),
    "disown": lambda walk, rosa: walk.go("/acceso/no-fui-yo/"),
    "disown-empty": lambda walk, rosa: walk.go("/acceso/no-fui-yo/").press("Cerrar mi acceso"),
    "recovery": lambda walk, rosa: walk.go("/recuperar/"),
    "recovery-empty": lambda walk, rosa: walk.go("/recuperar/").press("Consultar"),
    "recovery-paused": recovery_locked_out,
    "recovery-late": lambda walk, rosa: walk.go("/recuperar/preguntas/").is_at("/recuperar/"),
    "questions": at_questions,
    "questions-empty": lambda walk, rosa: at_questions(walk, rosa).press("Enviar"),
    "questions-wrong": wrong_answers,
    "questions-picture": wrong_picture,
    "result": recovered,
    "result-mail": by_mail,
    "result-gone": gone_result,
    "statement": inside,
    "statement-open": all_open,
    "statement-late": late,
    "statement-new": lambda walk, rosa: inside(without_products(walk, rosa), rosa),
    "statement-product": lambda walk, rosa: inside(walk, rosa).open("Aportes sociales").press("Ver movimientos de"),
    "statement-more": lambda walk, rosa: inside(walk, rosa).press("Ver movimientos más antiguos"),
    "statement-found": lambda walk, rosa: inside(walk, rosa).go("/estado-de-cuenta/?texto=aporte"),
    "statement-search": lambda walk, rosa: inside(walk, rosa).go("/estado-de-cuenta/?desde=ayer&hasta=2021-13-45&texto=x"),
    "my-data": lambda walk, rosa: inside(walk, rosa).go("/estado-de-cuenta/mis-datos/"),
    "my-data-empty": lambda walk, rosa: inside(walk, rosa).go("/estado-de-cuenta/mis-datos/").press("Pedir el cambio"),
    "my-data-asked": asks_for_change,
    "my-data-lacks-facts": lacks_facts,
    "my-data-held": held,
    "expired": expired,
    "privacy": lambda walk, rosa: walk.go("/").press("Sus datos personales").is_at("/privacidad/"),
    "accessibility": lambda walk, rosa: walk.go("/").press("Accesibilidad").is_at("/accesibilidad/"),
    "not-found": lambda walk, rosa: walk.go("/no-existe/"),
}
HEAVY = 10 * 1024  # bytes a page of the statement may weigh
# Routes without a page: files, pictures, the health check; and actions that only redirect.
NO_PAGE = {
    "accounts:leave", "word_picture:picture", "statements:movements_csv", "statements:extract_pdf", "health", "alive",
}  # fmt: skip
SEEN = {
    "home", "privacy", "accessibility",
    "accounts:sign_in", "accounts:change_key", "accounts:devices", "accounts:disown", "recovery:start",
    "recovery:questions", "recovery:result", "statements:statement", "my_data:my_data",
}  # fmt: skip


@pytest.mark.parametrize("name", STATES)
def test_every_page_and_error_state_can_be_read_and_operated(name: str, rosa: Member, walk: Open):
    inspect(STATES[name](walk(), rosa), name, HEAVY if name.startswith("statement") else TARGET)


def routes(patterns: list[Any], space: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found |= routes(pattern.url_patterns, pattern.namespace or space)
        elif isinstance(pattern, URLPattern):
            found.add(f"{space}:{pattern.name}" if space else str(pattern.name))
    return found


def test_no_page_is_left_out():
    members = {name for name in routes(get_resolver().url_patterns) if not name.startswith(("admin:", "djdt:"))}
    assert members - NO_PAGE == SEEN


def test_each_page_is_one_request_and_the_picture(rosa: Member, walk: Open):
    person = at_questions(walk(), rosa)
    person.asked.clear()
    person.page.reload()
    assert sorted(url.rsplit("/recuperar/")[1].split("/")[0] for url in person.asked) == ["imagen", "preguntas"]


def test_the_way_in_by_keyboard_alone(rosa: Member, walk: Open):
    page = walk().go("/acceso/").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Saltar al contenido principal"
    page.get_by_label("Documento", exact=True).focus()
    page.keyboard.type(rosa.document)
    page.keyboard.press("Tab")
    page.keyboard.type(KEY)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/estado-de-cuenta/" in page.url


def test_enter_in_the_questions_sends_them_and_changes_no_picture(rosa: Member, walk: Open):
    page = at_questions(walk(), rosa).page
    page.get_by_label("Correo electrónico", exact=True).fill("rosa")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Hay un problema" in page.content()


def test_the_countdown_can_be_stopped_for_good_and_is_absent_without_script(rosa: Member, walk: Open):
    person = recovered(walk(), rosa)
    person.reads("Esta página se cerrará automáticamente en:")
    person.page.get_by_role("button", name="Necesito más tiempo").click()
    person.reads("El conteo está detenido. Esta página queda abierta hasta que usted la cierre.")
    assert not person.page.locator("#cuenta").is_visible()


def test_without_script_nothing_counts_and_nothing_closes(rosa: Member, walk: Open):
    person = recovered(walk(javascript=False), rosa)
    assert not person.page.locator("#cuenta").is_visible()
    assert person.page.locator("#cuenta-estado").inner_text() == ""


def test_a_key_can_be_shown_and_hides_itself_on_the_way(rosa: Member, walk: Open):
    person = walk().go("/acceso/").type("Clave de consultas", "123")
    person.page.get_by_role("button", name="Mostrar clave").click()
    assert person.page.get_by_label("Clave de consultas", exact=True).get_attribute("type") == "text"
    person.press("Consultar")
    assert person.page.get_by_label("Clave de consultas", exact=True).get_attribute("type") == "password"


def test_forced_colours_keep_the_buttons_edges(rosa: Member, walk: Open):
    page = walk(forced_colors="active").go("/acceso/").page
    assert page.get_by_role("button", name="Consultar").evaluate("b => getComputedStyle(b).borderTopStyle") == "solid"
    assert sideways(page) == 0


def test_the_look_itself_finds_what_is_wrong(rosa: Member, walk: Open):
    page = walk().go("/acceso/").page
    page.evaluate("document.querySelector('label').remove(); document.querySelector('main p').style.color = '#666'")
    found = "\n".join(violations(page))
    assert "label:" in found
    assert "color-contrast-enhanced:" in found
