"""The error pages: short, with a link onward, revealing nothing."""

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from cooperen import views

BOOM = "el saldo de Rosa es 1834570"
failure: Exception = RuntimeError(BOOM)


def broken(request: Any) -> HttpResponse:
    raise failure


broken.login_required = False  # type: ignore[attr-defined]
urlpatterns = [path("roto/", broken)]
handler500 = views.server_error


def check(answer: HttpResponse, status: int, title: str) -> str:
    page = answer.content.decode()
    assert answer.status_code == status
    assert f"<h1>{title}</h1>" in page
    assert '<a class="boton" href="/">Ir al inicio</a>' in page
    assert "(604)\u00a0555\u00a00142" in page
    assert len(answer.content) < 3 * 1024
    return page


def test_an_unknown_page_repeats_nothing(client: Client, db: Any):
    page = check(client.get("/no-existe-1834570/?x=9"), 404, "No encontramos esta página")
    assert "1834570" not in page


def test_a_form_without_its_token_says_the_page_expired(db: Any):
    answer = Client(enforce_csrf_checks=True).post("/acceso/", {"documento": "32451867", "clave": "60382"})
    assert "32451867" not in check(answer, 403, "Pasó mucho tiempo y cerramos esta página")


@override_settings(ROOT_URLCONF="tests.cooperen.test_error_pages")
def test_a_failure_shows_no_insides(db: Any):
    answer = Client(raise_request_exception=False).get("/roto/")
    assert BOOM not in check(answer, 500, "Hay un problema con el servicio")


@override_settings(ROOT_URLCONF="tests.cooperen.test_error_pages")
@pytest.mark.parametrize("error", [OperationalError("the connection is lost to 10.0.0.7"), InterfaceError("closed")])
def test_a_database_that_is_away_is_a_503(db: Any, monkeypatch: pytest.MonkeyPatch, error: Exception):
    monkeypatch.setattr("tests.cooperen.test_error_pages.failure", error)
    check(Client(raise_request_exception=False).get("/roto/"), 503, "Hay un problema con el servicio")


@pytest.mark.parametrize(
    ("view", "status", "title"),
    [
        (lambda request: views.bad_request(request), 400, "No pudimos leer lo que envió"),
        (lambda request: views.forbidden(request), 403, "Esta página no está abierta para usted"),
        (lambda request: views.server_error(request), 500, "Hay un problema con el servicio"),
    ],
)
def test_the_pages_need_neither_session_nor_database(view: Any, status: int, title: str):
    answer = view(RequestFactory().get("/"))
    check(answer, status, title)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_host_that_is_not_ours_is_refused(client: Client):
    check(client.get("/", headers={"host": "otra.example"}), 400, "No pudimos leer lo que envió")
