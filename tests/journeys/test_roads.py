"""The manual's three ways from the home page to the member's balance, in Chromium, with and without script."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail

from accounts.models import AccessKey, Member
from common.colombia.formats import pesos
from outbox.worker import drain
from tests.access import given
from tests.journeys.walk import Walk
from tests.settings import ARTEFACTS, ROOT
from tests.statements.ledgers import make_product

CHOSEN = "60382"
PEOPLE = (ROOT / "docs" / "people.md").read_text(encoding="utf-8")
MOST = {"recovery": (8, 8), "first-time": (4, 6), "mail": (7, 6)}  # presses and fields
ROSAS, HERNANS = Decimal("1834570.25"), Decimal("7920113.60")
pytestmark = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
Open = Callable[..., Walk]


@pytest.fixture
def rosa(transactional_db: Any, member: Member, other_member: Member) -> Member:
    """Rosa and Hernán, with different savings."""
    make_product(member, number="20-000451", balance=ROSAS)
    make_product(other_member, number="20-000778", balance=HERNANS)
    return member


def change_key(walk: Walk, current: str) -> Walk:
    """Change the key; the document is filled in already."""
    walk.is_at("/acceso/cambiar-clave/")
    walk.type("Clave actual", current).type("Nueva clave", CHOSEN).type("Confirme la nueva clave", CHOSEN)
    return walk.press("Cambiar").reads("✔ Cambio realizado con éxito, ingrese los nuevos datos")


def enter(walk: Walk, member: Member, key: str) -> Walk:
    """Sign in on the entry page, whether or not the document is filled in."""
    walk.is_at("/acceso/")
    if walk.page.get_by_label("Documento", exact=True).input_value() != member.document:
        walk.type("Documento", member.document)
    return walk.type("Clave de consultas", key).press("Consultar")


def sees_own_balance(walk: Walk) -> None:
    walk.is_at("/estado-de-cuenta/").reads(pesos(ROSAS)).reads_not(pesos(HERNANS)).reads_not("Hernán")


def note_actions(road: str, walk: Walk) -> None:
    """Write the counts to artefacts/ and compare them with docs/people.md."""
    presses, fields = len(walk.pressed), len(walk.typed)
    assert presses <= MOST[road][0]
    assert fields <= MOST[road][1]
    told = f"| `{road}` | {presses} | {fields} |"
    assert told in PEOPLE, f"docs/people.md should say {told}"
    path = ARTEFACTS / f"actions-{road}.json"
    path.write_text(json.dumps({"pressed": walk.pressed, "typed": walk.typed}, ensure_ascii=False, indent=1), encoding="utf-8")


def test_a_forgotten_key_is_recovered_by_answering(rosa: Member, walk: Open, javascript: bool):
    person = walk(javascript=javascript).go("/").press("Estado de Cuentas").press("¿Olvidó su clave?")
    person.type("Documento", rosa.document).press("Consultar").is_at("/recuperar/preguntas/")
    person.type("Correo electrónico", rosa.email).answer(rosa.document).read_picture().press("Enviar")
    person.reads("Contraseña cambiada correctamente")
    temporary = person.key_shown()
    assert re.fullmatch(r"\d{4}", temporary)
    person.press("Ir a control de Acceso")
    enter(person, rosa, temporary)
    enter(change_key(person, temporary), rosa, CHOSEN)
    sees_own_balance(person)
    note_actions("recovery", person)


def test_the_first_entry_with_an_initial_key(rosa: Member, walk: Open, javascript: bool):
    initial = given(rosa, AccessKey.Kind.INITIAL)
    person = walk(javascript=javascript).go("/").press("Estado de Cuentas")
    enter(person, rosa, initial)
    enter(change_key(person, initial), rosa, CHOSEN)
    sees_own_balance(person)
    note_actions("first-time", person)


def test_a_key_sent_by_mail(rosa: Member, walk: Open, javascript: bool):
    person = walk(javascript=javascript).go("/").press("¿Olvidó su clave?")
    person.type("Documento", rosa.document).press("Consultar")
    person.press("No puedo leer la imagen: enviar la clave a mi correo registrado")
    person.reads("Si el documento está registrado y tiene correo, en unos minutos recibirá allí una clave temporal.")
    drain()
    letters = [letter for letter in mail.outbox if letter.to == [rosa.email]]
    mailed = re.search(r"clave temporal es (\d{6})\.", letters[0].body)
    assert mailed
    person.press("Ir a control de Acceso")
    enter(person, rosa, mailed[1])
    enter(change_key(person, mailed[1]), rosa, CHOSEN)
    sees_own_balance(person)
    note_actions("mail", person)


def test_signing_out_ends_the_session(rosa: Member, walk: Open, javascript: bool):
    initial = given(rosa, AccessKey.Kind.INITIAL)
    person = walk(javascript=javascript).go("/acceso/")
    enter(person, rosa, initial)
    enter(change_key(person, initial), rosa, CHOSEN)
    person.press("Salida Segura").reads("Salió de forma segura.")
    person.go("/estado-de-cuenta/").is_at("/acceso/").reads_not(pesos(ROSAS))
