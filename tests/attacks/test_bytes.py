"""Any bytes in any field: a sentence, never a crash, never a second identity for one document.

`make fuzz` runs the same with FUZZ_EXAMPLES=… inputs a field.
"""

import os
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import Member
from common.colombia.documents import BadDocument, clean_document
from ratelimits.models import RateLimit
from tests import access
from tests.attacks.urls import every_url

pytestmark = pytest.mark.django_db
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
often = settings(
    max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck), derandomize=EXAMPLES < 1000
)
FORM = "application/x-www-form-urlencoded"
FORMS = {
    "/acceso/": ["documento", "clave", "captcha_0", "captcha_1"],
    "/acceso/cambiar-clave/": ["documento", "clave_actual", "clave_nueva", "clave_confirmacion"],
    "/acceso/no-fui-yo/": ["documento", "codigo"],
    "/recuperar/": ["documento"],
    "/recuperar/preguntas/": ["correo", "pregunta_1", "pregunta_2", "pregunta_3", "captcha_0", "captcha_1", "accion"],
    "/acceso/dispositivos/": ["olvidar"],
    "/estado-de-cuenta/mis-datos/": ["correo", "celular", "telefono", "direccion", "ciudad"],
}
QUERIES = {
    "/": ["salio"],
    "/estado-de-cuenta/": ["producto", "desde", "hasta", "texto", "cursor"],
    "/estado-de-cuenta/movimientos.csv": ["producto", "desde", "hasta", "texto", "cursor"],
    "/estado-de-cuenta/extracto.pdf": ["mes"],
}
PLAUSIBLE = ["32451867", "60382", "2021-10", "2021-10-21", "a@b.co", "1", "-1", "9" * 25, "correo", "imagen", "on"]
ODD = [
    "٣٢٤٥١٨٦٧",
    "３２４５１８６７",
    "\x00",
    "32451867\n",
    "32451867\x00",
    "\ud800",
    "²³⁴",
    "'\"><script>",
    "=1+1",
    "%00",
    "\u202e",
    " ",
]
texts = st.one_of(st.sampled_from(PLAUSIBLE + ODD), st.text(max_size=40), st.text("0123456789.,- \t\r\n\x00٣３", max_size=30))
raw = st.one_of(texts.map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=60))


def encoded(pairs: list[tuple[str, bytes]]) -> str:
    return "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs)


def forms(names: list[str]) -> st.SearchStrategy[list[tuple[str, bytes]]]:
    """Fields in any order, some missing, some twice, some unknown."""
    return st.lists(st.tuples(st.sampled_from([*names, "otro"]), raw), max_size=len(names) + 3)


def never_a_crash(response: HttpResponse) -> None:
    assert response.status_code < 500
    if "text/html" in response.headers.get("Content-Type", ""):
        page = b"".join(response).decode()
        assert "Traceback" not in page
        assert not [mark for mark in ("'\"><script>",) if mark in page]


@pytest.fixture
def inside(member: Member) -> Client:
    """A browser in a member session."""
    access.choose(member, "48271")
    client = Client()
    access.sign_in(client, member.document, "48271")
    return client


def standing_at(path: str) -> Client:
    client = Client()
    if path == "/recuperar/preguntas/":
        client.post("/recuperar/", {"documento": "32451867"})
    return client


@pytest.mark.parametrize("path", FORMS)
def test_no_field_crashes_whatever_is_in_it(member: Member, inside: Client, path: str) -> None:
    @often
    @given(forms(FORMS[path]))
    def fuzz(pairs: list[tuple[str, bytes]]) -> None:
        RateLimit.objects.all().delete()
        for client in (standing_at(path), inside):
            never_a_crash(client.post(path, encoded(pairs), content_type=FORM))

    fuzz()


@pytest.mark.parametrize("path", QUERIES)
def test_no_query_crashes_whatever_is_in_it(inside: Client, path: str) -> None:
    @often
    @given(forms(QUERIES[path]))
    def fuzz(pairs: list[tuple[str, bytes]]) -> None:
        never_a_crash(inside.get(path, QUERY_STRING=encoded(pairs)))

    fuzz()


@pytest.mark.parametrize("path", FORMS)
def test_bodies_of_any_shape_do_not_crash(member: Member, inside: Client, path: str) -> None:
    kinds = [
        FORM,
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/json",
        "text/plain; charset=utf-7",
        "\xe9",
    ]

    @often
    @given(st.binary(max_size=200), st.sampled_from(kinds))
    def fuzz(body: bytes, kind: str) -> None:
        never_a_crash(inside.generic("POST", path, body, content_type=kind))

    fuzz()


@pytest.mark.parametrize("path", [path for path in FORMS if path.startswith(("/acceso", "/recuperar/"))])
def test_a_megabyte_and_a_thousand_fields_get_a_sentence(member: Member, path: str) -> None:
    client = standing_at(path)
    for body in ("documento=" + "3" * 2**20, "&".join(f"a{number}=1" for number in range(1500)), "documento=" + "3" * 200_000):
        response = client.post(path, body, content_type=FORM)
        assert response.status_code in (200, 302, 400)
        never_a_crash(response)


@often
@given(
    st.sampled_from([address for address, _ in every_url()]),
    raw,
    st.sampled_from(["GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE"]),
)
def test_odd_paths_methods_and_cookies_do_not_crash(address: str, tail: bytes, method: str) -> None:
    client = Client()
    for name in ("sesion", "csrf", "dispositivo"):
        client.cookies[name] = quote_from_bytes(tail)
    never_a_crash(client.generic(method, address))
    never_a_crash(client.get(address + quote_from_bytes(tail, safe="")))


@often
@given(texts)
@example("0032451867")
@example("32.451.867")
@example("³2451867")
def test_a_document_has_one_spelling_or_none(text: str) -> None:
    try:
        document = clean_document(text)
    except BadDocument:
        return
    assert document.isascii()
    assert document.isdigit()
    assert not document.startswith("0")
    assert 3 <= len(document) <= 15
    assert clean_document(document) == document


@often
@given(st.lists(st.sampled_from(list(" .,-\u00a0\t\r\n0")), max_size=6), st.integers(0, 8))
def test_every_spelling_of_a_document_charges_the_same_limit(marks: list[str], place: int) -> None:
    plain, typed = "32451867", "32451867"
    for mark in marks:
        at = 0 if mark == "0" else place % (len(typed) + 1)
        typed = typed[:at] + mark + typed[at:]
    if typed.translate(str.maketrans("", "", " .,-\u00a0\t\r\n")).lstrip("0") != plain:
        return  # a zero slipped in between
    RateLimit.objects.all().delete()
    access.sign_in(Client(), plain, "60382")
    before = set(RateLimit.objects.values_list("pk", flat=True))
    access.sign_in(Client(), typed, "60382")
    assert set(RateLimit.objects.values_list("pk", flat=True)) == before


def test_of_a_field_sent_twice_one_value_counts_everywhere(member: Member) -> None:
    access.choose(member, "48271")
    body = encoded(
        [("documento", b"99999999"), ("documento", member.document.encode()), ("clave", b"60382"), ("clave", b"48271")]
    )
    client = Client()
    assert client.post("/acceso/", body, content_type=FORM).status_code == 302
    assert client.get("/estado-de-cuenta/").status_code == 200
    assert not RateLimit.objects.filter(name="sign_in_short", pk=_short_row("99999999")).exists()


def _short_row(document: str) -> str:
    from ratelimits.rates import sign_in_short

    return sign_in_short(document).id


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_an_unexpected_upload_is_not_stored(client: Client, settings: Any, size: int) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = "/nowhere"  # any write there fails
    answer = client.post("/acceso/", {"documento": SimpleUploadedFile("x.bin", b"a" * size), "clave": "12345"})
    assert "Escriba su número de documento" in answer.content.decode()
    assert not answer.wsgi_request.FILES
