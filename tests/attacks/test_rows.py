"""A request that charged no rate limit adds no row to any table: every url, by GET and by POST."""

import inspect
from collections.abc import Iterator
from itertools import cycle, islice

import pytest
from captcha.models import CaptchaStore
from django.db import connection
from django.test import Client

from accounts import attack_mode
from accounts.models import Member
from accounts.visitors import network_of
from accounts.word_picture import tokens
from accounts.word_picture.tokens import new_token, token_word
from ratelimits import rates
from ratelimits.gcra import HOUR, Limit, microseconds
from ratelimits.models import RateLimit
from recovery.models import Attempt
from tests.attacks.urls import every_url
from tests.recovery.walk import QUESTIONS, START, picture_on, right_answers, word_of

pytestmark = pytest.mark.django_db
ADDRESS, DOCUMENT = "198.51.100.7", "32451867"
REQUESTS = 1_000
URLS = [address for address, _ in every_url()]
KEYS = {"clave_nueva": "60382", "clave_confirmacion": "60382", "contrasena": "una contraseña larga"}
ANSWERS = {"correo": "rosa@correo.example", "codigo": "1234567890", "pregunta_1": "a", "pregunta_2": "b", "pregunta_3": "c"}


def rows() -> dict[str, int]:
    """The number of rows in each table."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT COUNT(*) FROM "{table}"')  # noqa: S608  names of our own
            found[table] = cursor.fetchone()[0]
    return found


def grown(before: dict[str, int]) -> dict[str, int]:
    return {table: count - before.get(table, 0) for table, count in rows().items() if count != before.get(table, 0)}


def browser(**cookies: str) -> Client:
    """A browser without cookies, or with invented ones."""
    client = Client(REMOTE_ADDR=ADDRESS)
    for name, value in cookies.items():
        client.cookies[name] = value
    return client


def network_limits() -> list[Limit]:
    """Every limit per network: the functions whose only argument is a network, in every app."""
    named = [found for module in (rates, tokens) for found in vars(module).values() if inspect.isfunction(found)]
    alone = {found for found in named if list(inspect.signature(found).parameters) == ["network"]}
    return [limit(network_of(ADDRESS)) for limit in alone]


def use_up(*limits: Limit) -> None:
    """Use each limit up and let it refuse once, so that the event of its first refusal is written."""
    now = microseconds(attack_mode.timezone.now())
    for limit in limits:
        full = {"name": limit.name, "tat": now + limit.burst * limit.step + 100 * HOUR, "refused": 1, "refused_at": now}
        RateLimit.objects.update_or_create(id=limit.id, defaults=full)


def begin_attack_mode() -> None:
    limit = rates.portal(members=0)
    use_up(limit)
    attack_mode.start(limit)


def forms() -> Iterator[dict[str, str]]:
    """Endless forms with every field of every page, keys of each length, each `accion`, a word read right or wrong."""
    keys, actions = cycle(["1234", "12345", "123456"]), cycle(["", "imagen", "correo"])
    while True:
        for right in (True, False):
            token, key = new_token(), next(keys)
            word = {"captcha_0": token, "captcha_1": token_word(token) if right else "otra"}
            yield {"documento": DOCUMENT, "clave": key, "clave_actual": key, "accion": next(actions), **KEYS, **ANSWERS, **word}


def send(method: str, times: int) -> None:
    """Every url in turn, each time from a browser of its own, without cookies or with invented ones."""
    addresses, typed, invented = (
        cycle(URLS),
        forms(),
        cycle([{}, {"sesion": "x" * 32, "dispositivo": "y" * 32, "aviso": "tarde"}]),
    )
    for address in islice(addresses, times):
        response = getattr(browser(**next(invented)), method)(address, next(typed) if method == "post" else None)
        assert response.status_code < 500, (address, response.status_code)


@pytest.mark.parametrize("mode", ["calm", "attack mode"])
def test_get_requests_of_every_page_leave_no_row(member: Member, mode: str) -> None:
    if mode == "attack mode":
        begin_attack_mode()
    before = rows()
    send("get", REQUESTS)
    assert grown(before) == {}


@pytest.mark.parametrize("mode", ["calm", "attack mode"])
def test_forms_of_a_refused_network_leave_no_row(member: Member, mode: str) -> None:
    if mode == "attack mode":
        begin_attack_mode()
    use_up(*network_limits())
    send("post", 12 * len(URLS))  # the rows of this document's own limits, and each one's first refusal of the hour
    before = rows()
    send("post", REQUESTS)
    assert grown(before) == {}


@pytest.mark.parametrize("path", ["/recuperar/", "/acceso/no-fui-yo/"])
def test_a_refused_network_leaves_no_row_whatever_document_it_types(path: str) -> None:
    use_up(*network_limits())
    before = rows()
    for number in range(100):
        browser().post(path, {"documento": str(10_000_000 + number), "codigo": "1234567890"})
    assert grown(before) == {}


def test_a_hundred_recoveries_of_one_network_leave_as_many_rows_as_it_was_charged_for() -> None:
    limit = rates.lookup_network(network_of(ADDRESS))
    before = rows()
    for number in range(100):
        browser().post(START, {"documento": str(10_000_000 + number)})
    found = grown(before)
    assert found["recovery_attempt"] == found["django_session"] == found["captcha_captchastore"] == limit.burst
    assert found["audit_event"] == limit.burst + 1  # each beginning, and the first refusal of the hour


def test_an_attempt_keeps_its_one_picture_whatever_is_done_with_it(member: Member) -> None:
    client = browser()
    client.post(START, {"documento": DOCUMENT})
    before = rows()
    for number in range(100):
        page = client.get(QUESTIONS)
        typed = {"captcha_0": picture_on(page), "captcha_1": "equivocada", **right_answers(DOCUMENT), "correo": "a@b.co"}
        client.post(QUESTIONS, {**typed, "accion": "imagen" if number % 2 else ""})
    assert grown(before) == {}


@pytest.mark.parametrize(("locked_out", "rows"), [(False, 7), (True, 0)])
def test_words_answered_in_attack_mode_leave_as_many_rows_as_were_charged(
    member: Member, monkeypatch, locked_out: bool, rows: int
) -> None:
    begin_attack_mode()
    if locked_out:  # a network that may not sign in loses no right word and leaves no row
        use_up(rates.sign_in_network(network_of(ADDRESS)))
    monkeypatch.setattr(rates, "words_network", lambda network: Limit("words_network", network, 7, rates.DAY))
    for typed in islice(forms(), 40):
        browser().post("/acceso/", typed)
    assert CaptchaStore.objects.filter(response="").count() == rows  # used tokens; recoveries' pictures have a word


def test_a_reload_shows_the_same_picture_and_another_word_another_one(member: Member) -> None:
    client = browser()
    client.post(START, {"documento": DOCUMENT})
    first = picture_on(client.get(QUESTIONS))
    image = client.get(f"/recuperar/imagen/{first}/").content
    assert picture_on(client.get(QUESTIONS)) == first
    changed = picture_on(client.post(QUESTIONS, {"accion": "imagen"}))
    assert client.get(f"/recuperar/imagen/{first}/").status_code == 410
    assert client.get(f"/recuperar/imagen/{changed}/").content != image
    assert client.get(f"/recuperar/imagen/{changed}/").headers["Cache-Control"] == "no-store"


def test_the_picture_of_another_attempt_is_not_accepted(member: Member) -> None:
    mine, other = browser(), browser()
    mine.post(START, {"documento": DOCUMENT})
    other.post(START, {"documento": "71223904"})
    farmed = picture_on(other.get(QUESTIONS))
    typed = {"correo": member.email, **right_answers(DOCUMENT), "captcha_0": farmed, "captcha_1": word_of(farmed)}
    assert "La palabra no es igual" in mine.post(QUESTIONS, typed).content.decode()
    assert Attempt.objects.get(document=DOCUMENT).wrong == 0
