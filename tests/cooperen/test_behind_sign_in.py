"""Every page behind the sign-in has the way out in its header and the end of the session at its foot; no other page has."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import AccessKey, Member
from tests.access import given, sign_in
from tests.statements.ledgers import enter, text_of

LINE = "Por seguridad, su consulta se cierra a las 3:30 p. m. si no la usa. Seguir conectado"
FILES = ("movimientos.csv", "extracto.pdf")
OPEN = ("/", "/acceso/", "/recuperar/", "/acceso/no-fui-yo/")


def pages(patterns: list[Any], start: str = "/") -> Iterator[str]:
    """The addresses of all views that ask for a session, except the office's and files."""
    for pattern in patterns:
        address = start + str(pattern.pattern)
        if isinstance(pattern, URLResolver) and pattern.namespace not in ("admin", "djdt"):
            yield from pages(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern) and getattr(pattern.callback, "login_required", True):
            yield address


BEHIND = [address for address in pages(get_resolver().url_patterns) if not address.endswith(FILES)]


def header_of(page: Any) -> str:
    return re.search(r"<header>.*?</header>", page.content.decode(), re.DOTALL)[0]


def test_there_are_pages_behind_the_sign_in():
    assert set(BEHIND) >= {"/estado-de-cuenta/", "/estado-de-cuenta/mis-datos/", "/acceso/dispositivos/"}


@pytest.mark.parametrize("address", [*BEHIND, "/acceso/cambiar-clave/"])
def test_a_page_behind_the_sign_in_leads_out_and_says_when_it_closes(address: str, client: Client, member: Member, clock: Any):
    page = enter(client, member, clock.now).get(address)
    assert '<form method="post" action="/acceso/salir/">' in header_of(page)
    assert "Salida Segura" in header_of(page)
    foot = text_of(page).split("¿Necesita ayuda?")[0]
    assert foot.rstrip().endswith(LINE)
    assert page.content.decode().count("Salida Segura") == 1


@pytest.mark.parametrize("address", OPEN)
def test_a_page_that_everyone_may_see_is_the_same_with_a_session(address: str, client: Client, member: Member, clock: Any):
    page = enter(client, member, clock.now).get(address)
    assert "Salida Segura" not in header_of(page)
    assert "Seguir conectado" not in text_of(page)


def test_a_session_that_must_change_its_key_can_leave(client: Client, member: Member, clock: Any):
    sign_in(client, member.document, given(member, AccessKey.Kind.INITIAL))
    assert "Salida Segura" in header_of(client.get("/acceso/cambiar-clave/"))
