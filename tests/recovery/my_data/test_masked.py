"""«Mis datos» shows nothing that the recovery asks for: its page is the same for members who differ only in that."""

import random
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from recovery.addresses import plate_number, street_of
from recovery.answer_groups import group_number
from recovery.masked_values import KINDS, national_digits
from recovery.my_data.masks import masked_email, masked_phone
from recovery.usable_facts import usable_facts
from tests.access import choose, sign_in
from tests.attacks.households import registry
from tests.attacks.people import Person
from tests.recovery.test_addresses import PLATES

pytestmark = pytest.mark.django_db
PAGE = "/estado-de-cuenta/mis-datos/"
FIELDS = ("birth_date", "issue_date", "mobile", "landline", "address")
DOCUMENT = "32451867"
EMAILS = ("rosa.gomez@correo.example", "r@correo.example", "2827.1958@gmail.com", "31-mayo@a.co")


@pytest.fixture
def inside(member: Member) -> Client:
    client = Client()
    assert sign_in(client, member.document, choose(member, "60382")).status_code == 302
    return client


def shown(client: Client, facts: Mapping[str, Any]) -> str:
    """The page of a member with these facts, without what differs between any two requests."""
    Member.objects.filter(document=DOCUMENT).update(**facts)
    page = client.get(PAGE)
    assert page.status_code == 200
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]*', r"\1", page.content.decode())


def rows(count: int) -> list[dict[str, Any]]:
    """Rows of an invented registry, and one for each spelling of an address."""
    people = [{name: getattr(person, name) for name in FIELDS} for person in registry(count, seed=14)]
    spelt = [{**people[number % count], "address": address} for number, (address, _) in enumerate(PLATES)]
    chance = random.Random(15)
    return [{**row, "email": chance.choice(EMAILS)} for row in people + spelt]


def usable(facts: Mapping[str, Any]) -> dict[str, str]:
    return usable_facts(Person(DOCUMENT, **{name: facts[name] for name in FIELDS}), too_frequent={})


def twin(facts: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """The same row with another answer to every question that can be asked, and another name in front of the «@»."""
    while True:
        other = {**facts, "email": facts["email"][0] + "otro@" + facts["email"].partition("@")[2]}
        for kind, masked in usable(facts).items():
            field = KINDS[kind].field
            values = [value for value in KINDS[kind].values if group_number(kind, value) is not None and value != masked]
            other[field] = REPLACE[kind](facts[field], chance.choice(values))
        if list(usable(other)) == list(usable(facts)):
            return other


def other_day(value: date, masked: str) -> date:
    month, day = map(int, masked.split("-"))
    return date(value.year, month, day)


def other_end(value: str, masked: str) -> str:
    return national_digits(value)[:-4] + masked


def other_plate(value: str, masked: str) -> str:
    start = len(street_of(value))
    changed = value[:start] + re.sub(r"\d+", masked, value[start:], count=1)
    assert plate_number(changed) == int(masked), changed
    return changed


REPLACE: dict[str, Any] = {
    "birth": other_day,
    "issue": other_day,
    "mobile": other_end,
    "landline": other_end,
    "address": other_plate,
}


def test_the_page_is_the_same_whatever_the_answers_to_the_questions_are(inside: Client):
    chance, asked = random.Random(16), set()
    for facts in rows(120):
        asked |= set(usable(facts))
        other = twin(facts, chance)
        assert shown(inside, facts) == shown(inside, other), (facts, other)
    assert asked == set(KINDS)


@pytest.mark.parametrize(
    ("facts", "reads"),
    [
        ({"birth_date": date(1958, 5, 31), "issue_date": None}, ["<dd>año 1958</dd>", "No lo tenemos"]),
        ({"mobile": "3105552827", "landline": "6045553419"}, ["<dd>310…</dd>", "<dd>604…</dd>"]),
        ({"landline": "5553419"}, ["<dd>555…</dd>"]),
        ({"address": "Calle 73 # 44-60 Apto 302"}, ["<dd>Calle 73 # 44-…</dd>"]),
        ({"address": "KR 7 12 34"}, ["<dd>KR 7 12…</dd>"]),
        ({"address": "Cra 7 # 12-34 Int 2"}, ["<dd>Cra 7 # 12-…</dd>"]),
        ({"address": "Manzana 5 Casa 12"}, ["<dd>Manzana…"]),
        ({"address": "Calle 10 # 20-37 / Cra 5 # 3-12"}, ["<dd>Calle 10 # 20-…"]),
        ({"address": ""}, ["No lo tenemos"]),
        ({"email": "rosa.gomez@correo.example", "city": "Medellín"}, ["r…@correo.example", "<dd>Medellín</dd>"]),
    ],
)
def test_each_fact_shows_enough_to_compare(inside: Client, facts: dict[str, Any], reads: list[str]):
    page = shown(inside, facts)
    assert [text for text in reads if text not in page] == []


@pytest.mark.parametrize(("address", "plate"), PLATES)
def test_no_spelling_of_an_address_shows_its_plate_or_anything_behind_it(address: str, plate: int | None):
    street = street_of(address)
    assert address.startswith(street)
    assert plate_number(street) is None
    if plate is not None:
        assert re.match(r"\s*0*" + str(plate), address[len(street) :])
        assert not re.search(r"Apto|Int|Of |Torre 5", street.removeprefix("Apto 302 "))


@pytest.mark.parametrize("phone", ["", "1", "1234", "12345", "123456", "1234567", "12345678", "3105552827", "573105552827"])
def test_a_phone_never_shows_one_of_its_last_four_digits(phone: str):
    """Of a number too short to have a prefix apart from them nothing is shown."""
    shown_digits = re.sub(r"\D", "", masked_phone(phone))
    assert len(shown_digits) <= max(0, len(national_digits(phone)) - 4)
    assert national_digits(phone).startswith(shown_digits)


@pytest.mark.parametrize(("email", "reads"), [("", ""), ("rosa", "…"), ("@a.co", "…@a.co"), ("a@b@c.co", "a…@c.co")])
def test_an_odd_address_shows_no_more(email: str, reads: str):
    assert masked_email(email) == reads
