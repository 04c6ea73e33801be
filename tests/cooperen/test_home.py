"""The home page: the same bytes for everyone, and its links."""

import gzip

from django.test import Client

from accounts.models import Member
from tests.access import choose, sign_in


def test_it_leads_to_the_statement_and_to_the_recovery(client: Client):
    page = client.get("/").content.decode()
    assert '<h2 id="t-transacciones">Transacciones</h2>' in page
    assert 'href="/acceso/">Estado de Cuentas</a>' in page
    assert 'href="/recuperar/">¿Olvidó su clave?</a>' in page


def test_it_says_which_day_it_is_in_bogota(client: Client, clock):
    clock.forward(hours=9)  # 0:15 in Bogotá, 5:15 of the same day in UTC
    assert "Hoy es: Viernes, 22 de octubre de 2021" in client.get("/").content.decode()


def test_the_page_does_not_depend_on_the_request(client: Client, db):
    plain = client.get("/").content
    client.cookies["sesion"] = "x" * 32
    assert client.get("/?documento=123&otra=1", headers={"referer": "http://otra.example/"}).content == plain


def test_it_says_goodbye(client: Client):
    assert "✔ Salió de forma segura." in client.get("/?salio=1").content.decode()
    assert "Salió" not in client.get("/?salio=2").content.decode()


def test_proxies_may_keep_it_five_minutes(client: Client):
    answer = client.get("/")
    assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_nothing_can_be_posted_to_it(client: Client):
    assert client.post("/").status_code == 405


def test_it_is_small(client: Client):
    assert len(gzip.compress(client.get("/").content)) <= 5 * 1024


def test_no_proxy_keeps_the_answer_that_renews_a_session(client: Client, member: Member):
    sign_in(client, member.document, choose(member, "48271"))
    session = client.session
    session["seen_at"] -= 120
    session.save()
    answer = client.get("/")
    assert "sesion" in answer.cookies
    assert answer.headers["Cache-Control"] == "private, max-age=300"
