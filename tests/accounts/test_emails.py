"""E-mail addresses are normalised to one spelling; look-alike letters of other scripts are refused."""

import sys
import time
import timeit
import unicodedata

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AccessKey, Member
from common.colombia.documents import clean_document
from common.colombia.emails import BadEmail, clean_email, read_email
from common.colombia.invisible import INVISIBLE
from common.files.cells import DOCUMENT, EMAIL, PHONE, BadCell
from recovery.challenge import ask_about
from tests import access, makers
from tests.recovery.walk import right_answers, send, start

FORMAT = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"]
SAME = [
    ("Ana@Correo.CO", "ana@correo.co"),
    ("  ana@correo.co \n", "ana@correo.co"),
    ("ana\u200b@cor\ufeffreo.co\u200f", "ana@correo.co"),
    ("ana@xn--pea-8ma.co", "ana@peña.co"),
    ("ana@XN--PEA-8MA.CO", "ana@peña.co"),
    ("ana@PEÑA.co", "ana@peña.co"),
    ("ana@pen\u0303a.co", "ana@peña.co"),
    ("ana@correo.xn--pea-8ma.co", "ana@correo.peña.co"),
    ("\uff41\uff4e\uff41\uff20correo.co", "ana@correo.co"),
]
ODD = [
    "\u0430na@correo.co",  # Cyrillic а
    "ana@c\u043errreo.co",
    "ana@xn--80ak6aa92e.com",  # аррӏе in Cyrillic
    "\u03b1na@correo.co",
    "ana@\u4e2d\u56fd.co",
    "peña@correo.co",
    "\u0131na@correo.co",
    "ana@correo",
    "ana",
    "@",
    "ana@@correo.co",
    "ana@" + "a" * 250 + ".co",
    "a@" * 120_000,
    "a" + "\u0301\u0323" * 60_000,
    "ana@" + "xn--a." * 40_000,
    "ana@" + "ñ." * 100_000,
]


@pytest.mark.parametrize(("typed", "spelling"), SAME)
def test_every_way_to_type_an_address_is_one_spelling(typed: str, spelling: str) -> None:
    assert clean_email(typed) == read_email(typed) == EMAIL.parse(typed.strip()) == spelling
    assert clean_email(spelling) == spelling


def in_punycode(label: str) -> str:
    return f"xn--{label.encode('punycode').decode()}"


WIDE = in_punycode("\uff47mail")  # a wide «g», which is the letter g after normalisation
TWICE = in_punycode(f"\uff58{WIDE[1:]}")  # what it stands for begins with `xn--` again


@pytest.mark.parametrize("label", [WIDE, TWICE, *map(in_punycode, ["gmail", "straße", "größe", "\uff47peña"])])
def test_a_domain_in_punycode_never_stands_for_another_domain(label: str) -> None:
    assert clean_email(f"ana@{label}.com") == f"ana@{label}.com"


LABELS = st.text("xn-apeñｘｎéß\u200b\uff0e\u0130\u017f", max_size=9).map(lambda text: text.replace(".", ""))
NESTED = st.recursive(LABELS, lambda inner: inner.map(in_punycode) | inner.map(lambda text: f"ñ{text}"), max_leaves=4)


@given(st.one_of(LABELS, NESTED))
def test_what_was_read_once_is_not_changed_by_reading_it_again(label: str) -> None:
    try:
        email = read_email(f"ana@{label}.co")
    except BadEmail:
        return
    assert read_email(email) == clean_email(email) == email


@pytest.mark.parametrize("typed", ODD, ids=lambda typed: typed[:20])
def test_anything_else_is_refused_at_once(typed: str) -> None:
    begun = time.process_time()
    clean_email(typed)
    with pytest.raises(BadEmail):
        read_email(typed)
    with pytest.raises(BadCell):
        EMAIL.parse(typed)
    assert time.process_time() - begun < 0.05


@pytest.mark.parametrize("typed", ["Ana.Maria+1@Correo.com.co", "a_b-c@d-e.co", "O'Neil@x.co", "x@xn--a-b.co"])
def test_an_ordinary_address_keeps_the_digest_it_always_had(typed: str) -> None:
    assert read_email(typed) == clean_email(typed) == typed.strip().casefold()


def test_the_invisible_characters_are_the_whole_category() -> None:
    assert set(FORMAT) <= set(INVISIBLE)


def test_invisible_characters_are_dropped_from_documents_addresses_and_phones() -> None:
    for odd in FORMAT:
        assert clean_document(f"{odd}324{odd}51867{odd}") == DOCUMENT.parse(f"32451867{odd}") == "32451867"
        assert read_email(f"{odd}ana{odd}@correo.co{odd}") == EMAIL.parse(f"ana@correo.co{odd}") == "ana@correo.co"
        assert PHONE.parse(f"{odd}300{odd}5550917") == "3005550917"


def test_every_spelling_of_a_domain_takes_the_same_time() -> None:
    for email in ("ana@peña.co", "ana@xn--pea-8ma.co", "ana@correo.co"):
        assert min(timeit.repeat(lambda email=email: clean_email(email), number=100, repeat=5)) / 100 < 0.000_1  # type: ignore[misc]


@pytest.mark.django_db
@pytest.mark.parametrize("odd", ["\u200b", "\u200f", "\ufeff", "\u00ad", "\u2066", "\u2009"])
def test_a_pasted_document_and_key_sign_in_despite_invisible_characters(member: Member, odd: str) -> None:
    access.choose(member, "48271")
    document, key = f"{odd}{member.document[:3]}{odd}{member.document[3:]}", f"48{odd}271{odd}"
    assert access.sign_in(Client(), document, key).status_code == 302


@pytest.mark.django_db
def test_a_pasted_code_of_a_notice_is_read(member: Member) -> None:
    page = Client().post("/acceso/no-fui-yo/", {"documento": member.document, "codigo": "\u200f12345\u200b 67890\ufeff"})
    assert page.status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("stored", ["rosa@peña.co", "rosa@xn--pea-8ma.co"])
@pytest.mark.parametrize("typed", ["rosa@peña.co", "rosa@xn--pea-8ma.co", "ROSA@PEÑA.co", "\u200brosa@pe\u00adña.co"])
def test_an_address_matches_in_either_spelling(stored: str, typed: str) -> None:
    member = makers.make_member(email=stored)
    client = Client()
    start(client, member.document)
    assert send(client, typed, right_answers(member.document)).headers["Location"] == "/recuperar/listo/"
    assert member.keys.live().filter(kind=AccessKey.Kind.TEMPORARY).exists()


@pytest.mark.django_db
def test_look_alike_letters_get_an_error(member: Member) -> None:
    client = Client()
    start(client, member.document)
    page = send(client, member.email.replace("a", "\u0430", 1), right_answers(member.document)).content.decode()
    assert "Escriba el correo completo, por ejemplo nombre@correo.com" in page
    assert not member.keys.exists()
    assert ask_about(member.document).email == member.email


@pytest.mark.django_db
def test_no_spelling_of_the_address_gives_further_attempts_at_the_questions(member: Member) -> None:
    local, _, domain = member.email.partition("@")
    first, _, rest = domain.partition(".")
    client = Client()
    start(client, member.document)
    for at, letter in enumerate(first):
        once = in_punycode(f"{first[:at]}{chr(ord(letter) + 0xFEE0)}{first[at + 1 :]}")  # with one wide letter
        for label in (once, in_punycode(f"\uff58{once[1:]}")):
            assert send(client, f"{local}@{label}.{rest}", right_answers(member.document)).status_code == 200
    assert not member.keys.exists()
