"""The worst input known costs at most 50 ms of processor above the same request with ordinary input, and no page breaks.

Every address, each field its page or any form of the portal has, parameters, headers, cookies and path: without a session, in a
member session and in a staff session. `make fuzz` (FUZZ_LONG=1) sends every string to every place; here each place gets
any one of them.
"""

import os
import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django import forms
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts import attack_mode
from accounts.models import Member
from audit.actors import Actor
from backoffice.forms import IdentityForm, LettersForm, ReasonForm
from backoffice.member_actions import MEMBER_ACTIONS
from backoffice.staff import ACCOUNT_ACTIONS
from common.caps import LONGEST, CappedForm
from ratelimits import rates
from ratelimits.gcra import Limit, microseconds
from ratelimits.models import RateLimit
from recovery.contact_changes import propose_contact_change
from recovery.forms import QuestionsForm
from tests import access, office
from tests.attacks.worst_input import (
    COOKIES,
    HEADERS,
    LARGE,
    RAW_GET,
    RAW_POST,
    WORST,
    addresses,
    all_forms,
    cost,
    limited,
    multipart,
    names_on,
    query_names,
    urlencoded,
    worst,
)
from tests.recovery.walk import QUESTIONS, picture_on, start
from tests.settings import ROOT

pytestmark = pytest.mark.django_db
LONG = bool(os.environ.get("FUZZ_LONG"))
ACTIONS = [*(action.slug for action in MEMBER_ACTIONS), *ACCOUNT_ACTIONS]
STRINGS = [*WORST]
MOST = 0.050  # seconds of processor above the ordinary request
ENCODINGS = [(multipart, LARGE), (urlencoded, LARGE // 3)]  # a quoted byte takes three
chance = random.Random()
Send = Callable[[Client], HttpResponse]


def some(of: Sequence[Any]) -> Sequence[Any]:
    """All of them in the long form; in the short one any, the same in every run."""
    return of if LONG else [chance.choice(of)]


@pytest.fixture(autouse=True)
def _same_chance() -> None:
    chance.seed(13)


@pytest.fixture
def change_id(member: Member) -> int:
    by = Actor.member(member.document, "203.0.113.0/24")
    change = propose_contact_change(member=member, changes={"email": "otra@correo.example"}, by=by)
    return change.pk


@pytest.fixture(params=["anybody", "under attack", "member", "staff"])
def client(request: pytest.FixtureRequest, member: Member, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A browser in each of the situations a request can come from."""
    if request.param == "staff":
        return limited(office.inside(office.ADMIN))
    client = limited(Client())
    if request.param == "member":
        access.sign_in(client, member.document, access.choose(member, "48271"))
        return client
    start(client, member.document)
    if request.param == "under attack":
        monkeypatch.setattr(attack_mode.Calm, "until", 0.0)
        attack_mode.start(_used_up())
        assert b"captcha_1" in client.get("/acceso/").content
    return client


@pytest.fixture
def places(client: Client, member: Member, change_id: int) -> list[str]:
    clerk = Member.objects.filter(is_staff=True).first() or member
    return addresses(member.pk, clerk.pk, change_id, ACTIONS)


def within(client: Client, what: str, ordinary: float, send: Send) -> None:
    """Fail unless the request is answered, in words, and costs little more than `ordinary` seconds."""
    for _ in range(3):  # a collection of garbage may fall into one of them
        spent, response = cost(client, send)
        if spent <= ordinary + MOST:
            break
    assert spent <= ordinary + MOST, f"{what}: {spent * 1000:.0f} ms, {ordinary * 1000:.0f} ms with ordinary input"
    assert response.status_code < 500, what
    if response.status_code == 400:
        assert "<h1>" in response.content.decode(), what
        assert len(response.content) < 3_000, what


def test_no_field_of_any_page_costs_more_with_the_worst_text(client: Client, places: list[str]) -> None:
    for place in places:
        page = cost(client, _getting(place))[1]
        _post_all(client, place, dict.fromkeys([*names_on(page.getvalue()), *some(RAW_POST)], "1"))


def test_no_field_of_a_bulk_action_costs_more_with_the_worst_text(member: Member) -> None:
    client = limited(office.inside(office.ADMIN))
    for action, form in (("emitir_claves", LettersForm), ("quitar_pausa", IdentityForm), ("exigir_cambio", ReasonForm)):
        fields = {"action": action, "_selected_action": str(member.pk), "confirmado": "1"}
        _post_all(client, "/admin/accounts/member/", {**fields, **dict.fromkeys(form.base_fields, "1")})


def _post_all(client: Client, place: str, fields: dict[str, str]) -> None:
    """Send the form with each field in turn as bad as can be."""
    ordinary = cost(client, _posting(place, *multipart(fields)))[0]
    for name in fields:
        for string in some(STRINGS):
            for encode, size in some(ENCODINGS):
                send = _posting(place, *encode({**fields, name: worst(string, size)}))
                within(client, f"{place} {name}: {string}", ordinary, send)


def _posting(place: str, body: bytes, kind: str) -> Send:
    return lambda client: client.generic("POST", place, body, kind)


def test_no_query_costs_more_with_the_worst_text(client: Client, places: list[str]) -> None:
    names = query_names()
    for place in places:
        ordinary = cost(client, _getting(place))[0]
        for name in names if place == "/estado-de-cuenta/" else some(names):
            for string in some(STRINGS):
                quoted, raw, over = (
                    urlencode({name: worst(string, 1_300)}),
                    f"{name}=" + _raw(worst(string, 4_000)),
                    "a" * 60_000,
                )
                for query in some([quoted[:4_096], raw, over]):
                    within(client, f"{place} ?{name}: {string}", ordinary, _getting(place, QUERY_STRING=query))


def _raw(text: str) -> str:
    """Unquoted bytes, as WSGI passes them."""
    return text.encode().decode("latin-1").replace("&", "").replace("#", "")


def _getting(place: str, **environ: str) -> Send:
    return lambda client: client.generic("GET", place, **environ)  # type: ignore[arg-type]


def test_no_header_costs_more_with_the_worst_text(client: Client, places: list[str]) -> None:
    for place in places:
        ordinary = cost(client, _getting(place))[0]
        for header in HEADERS if place == "/acceso/" else some(HEADERS):
            for string in some(STRINGS):
                for size in some([240, 8_000, 60_000]):
                    value = _raw(worst(string, size))
                    within(client, f"{place} {header}: {string} × {size}", ordinary, _getting(place, **{header: value}))


def test_no_cookie_costs_more_with_the_worst_text(client: Client, places: list[str]) -> None:
    for place in places:
        ordinary = cost(client, _getting(place))[0]
        for name in some(COOKIES):
            for string in some(STRINGS):
                for quoted in some(["{}", '"{}"']):
                    value = f"{name}=" + quoted.format(_raw(worst(string, 8_000)))
                    within(client, f"{place} {name}: {string}", ordinary, _getting(place, HTTP_COOKIE=value))


def test_no_path_costs_more_with_the_worst_text(client: Client, places: list[str]) -> None:
    for place in places:
        ordinary = cost(client, _getting(place))[0]
        for string in some(STRINGS):
            for size in some([200, 900, 60_000]):
                within(client, f"{place} + {string}", ordinary, _getting(f"{place}{quote(worst(string, size))}/"))


def test_every_form_of_the_portal_is_capped_and_every_field_is_on_a_page(member: Member, change_id: int) -> None:
    own = [kind for kind in _every_form() if kind.__module__.split(".")[0] in {path.name for path in ROOT.iterdir()}]
    assert own
    assert [kind for kind in own if not issubclass(kind, CappedForm)] == []
    seen = {*RAW_POST, *query_names()} | _fields_of_pages(member, change_id)
    assert {name for kind in all_forms() for name in kind.base_fields} - seen == set()  # type: ignore[attr-defined]


def _fields_of_pages(member: Member, change_id: int) -> set[str]:
    """What every page sends, those of a bulk action too."""
    staff, anybody, inside = office.inside(office.ADMIN), Client(), Client()
    access.sign_in(inside, member.document, access.choose(member, "48271"))
    clerk = Member.objects.filter(is_staff=True).first()
    assert clerk is not None
    found = set()
    for place in addresses(member.pk, clerk.pk, change_id, ACTIONS):
        for client in (staff, anybody, inside):
            found |= names_on(cost(client, _getting(place))[1].getvalue())
    for action in ("emitir_claves", "quitar_pausa", "exigir_cambio"):
        marked = {"action": action, "_selected_action": [member.pk]}
        found |= names_on(staff.post("/admin/accounts/member/", marked).content)
    return found


def _every_form(kind: type = forms.BaseForm) -> Iterator[type]:
    for form in kind.__subclasses__():
        yield form
        yield from _every_form(form)


READ = re.compile(r"request\.(POST|GET)(?:\.get\(|\.getlist\(|\.pop\(|\[)\s*\"?(\w+)")
SEEN = re.compile(r"\"(\w+)\" in request\.(?:POST|GET)")
NAMED = {"ACTION_CHECKBOX_NAME": "_selected_action"}


def test_every_parameter_that_is_read_without_a_form_is_in_the_list() -> None:
    read = set()
    for app in ("accounts", "backoffice", "cooperen", "recovery", "statements"):
        for file in (ROOT / app).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            read |= {NAMED.get(name, name) for _, name in READ.findall(text)} | set(SEEN.findall(text))
    assert {"accion", "olvidar", "mes"} <= read
    assert read - {*RAW_POST, *RAW_GET} == set()


def test_only_converters_whose_text_any_database_takes_are_in_the_addresses() -> None:
    routes = list(_routes(get_resolver()))
    assert {found for route in routes for found in re.findall(r"<(?:(\w+):)?\w+>|\(\?P", route)} == {"int", "slug"}


def _routes(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        yield str(pattern.pattern)
        if not isinstance(pattern, URLPattern):
            yield from _routes(pattern)


@pytest.mark.parametrize("odd", ["%00", "a%00b", "%FF", "%ED%A0%80", "9" * 19, "9" * 900, "%E2%80%AE"])
def test_odd_text_in_an_address_of_the_office_is_not_found(member: Member, odd: str) -> None:
    client = office.inside(office.ADMIN)
    for place in ("/admin/accounts/member/de/{}/", "/admin/accounts/member/{}/", "/admin/accounts/member/{}/datos/"):
        assert client.get(place.format(odd)).status_code in (302, 404)
    for place in ("/admin/accounts/contactchange/{}/", "/admin/backoffice/staff/{}/bloquear/", "/admin/{}/", "/{}/"):
        assert client.get(place.format(odd)).status_code == 404


@pytest.mark.parametrize("marked", ["\x00", "a", "9" * 30, "-1", "1.5", "٣"])
def test_odd_numbers_of_marked_members_get_a_sentence(member: Member, marked: str) -> None:
    client = office.inside(office.ADMIN)
    data = {"action": "quitar_pausa", "_selected_action": [marked]}
    page = client.post("/admin/accounts/member/", data, follow=True).content.decode()
    assert "Marque al menos un asociado" in page


def test_a_text_that_is_too_long_gets_a_sentence_and_the_other_fields_stay(member: Member) -> None:
    client = Client()
    long = "ñ" * (LONGEST + 1)
    page = client.post("/acceso/no-fui-yo/", {"documento": "32451867", "codigo": long}).content.decode()
    assert "Este texto es demasiado largo. Bórrelo y escríbalo de nuevo." in page
    assert 'value="32451867"' in page
    assert long not in page


def test_the_questions_say_which_text_is_too_long(member: Member) -> None:
    client = Client()
    start(client, member.document)
    page = client.post("/recuperar/preguntas/", {"correo": "a" * 5_000, "captcha_1": "a" * 5_000}).content.decode()
    assert page.count("Este texto es demasiado largo. Bórrelo y escríbalo de nuevo.") >= 2
    assert issubclass(QuestionsForm, CappedForm)


def _used_up() -> Limit:
    """The portal's limit after 500 failed sign-ins."""
    limit = rates.portal(members=0)
    tat = microseconds(timezone.now()) + limit.burst * limit.step
    RateLimit.objects.create(id=limit.id, name=limit.name, tat=tat)
    return limit


@pytest.mark.parametrize("encode", [multipart, urlencoded])
def test_a_word_of_marks_that_are_slow_to_sort_costs_no_more_than_a_word(member: Member, encode: Callable[..., Any]) -> None:
    client = limited(Client())
    start(client, member.document)
    for name in ("captcha_1", "captcha_0", "correo", "pregunta_1", "accion"):
        for string, size in (("marks of two kinds in turn", 80_000), ("a ligature of eighteen letters", 80_000)):
            fields = {"captcha_0": picture_on(client.get(QUESTIONS)), "captcha_1": "palabra", "correo": "a@b.co"}
            ordinary = cost(client, _posting(QUESTIONS, *encode(fields)))[0]
            send = _posting(QUESTIONS, *encode({**fields, name: worst(string, size)}))
            within(client, f"{name}: {string}", ordinary, send)
