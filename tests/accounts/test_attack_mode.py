"""Attack mode: after too many failures over the whole portal, unknown devices must read a word picture."""

import re

import pytest
from django.test import Client

from accounts import attack_mode
from accounts.attack_mode import Calm
from accounts.models import Member
from accounts.word_picture.tokens import token_word
from audit.kinds import Kind
from audit.models import Event
from ratelimits import rates
from ratelimits.gcra import microseconds
from ratelimits.models import RateLimit
from tests.access import change, choose, given, not_holding, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_attack_mode(clock) -> None:
    """The state after 500 failed sign-ins."""
    limit = rates.portal(members=0)
    RateLimit.objects.create(id=limit.id, name=limit.name, tat=microseconds(clock.now) + limit.burst * limit.step)
    sign_in(Client(), "99999999", "60382")


def read_picture(page: str) -> dict[str, str]:
    key = re.search(r'name="captcha_0" value="([\w-]+)"', page)[1]
    return {"captcha_0": key, "captcha_1": token_word(key)}


def test_a_stranger_must_read_the_picture_and_is_offered_the_mail_road(member: Member, in_attack_mode: None) -> None:
    choose(member, "48271")
    client = Client()
    page = sign_in(client, member.document, "48271").content.decode()
    assert "Escriba la palabra de la imagen" in page
    assert "Pida una clave a su correo" in page
    data = {"documento": member.document, "clave": "48271", **read_picture(page)}
    assert client.post("/acceso/", data).status_code == 302


def test_with_a_wrong_word_the_key_is_not_verified_and_not_charged(member: Member, in_attack_mode: None) -> None:
    choose(member, "48271")
    client = Client()
    rows = RateLimit.objects.count()
    page = client.get("/acceso/").content.decode()
    data = {"documento": member.document, "clave": "60382", **read_picture(page), "captcha_1": "otra"}
    assert "La palabra no es igual a la de la imagen" in client.post("/acceso/", data).content.decode()
    assert RateLimit.objects.exclude(name="words_network").count() == rows  # of words only: no key was tried


def test_a_picture_is_valid_once(member: Member, in_attack_mode: None) -> None:
    client = Client()
    data = {"documento": member.document, "clave": "60382", **read_picture(client.get("/acceso/").content.decode())}
    assert "no coinciden" in client.post("/acceso/", data).content.decode()
    assert "La palabra no es igual" in client.post("/acceso/", data).content.decode()


def test_a_known_phone_sees_no_picture(member: Member, clock) -> None:
    choose(member, "48271")
    phone = Client()
    sign_in(phone, member.document, "48271")
    limit = rates.portal(members=0)
    full = microseconds(clock.now) + limit.burst * limit.step
    RateLimit.objects.create(pk=limit.id, name=limit.name, tat=full, alarm_at=1)
    Calm.until = 0.0
    assert attack_mode.in_attack_mode()
    phone.post("/acceso/salir/")
    assert sign_in(phone, member.document, "48271").status_code == 302
    phone.post("/acceso/salir/")
    assert "Escriba la palabra" in sign_in(phone, "99999999", "48271").content.decode()  # known to Rosa, not to all


def test_it_ends_by_itself_below_half_with_one_event_each_for_start_and_end(in_attack_mode: None, clock) -> None:
    assert attack_mode.in_attack_mode()
    clock.forward(hours=11)
    assert attack_mode.in_attack_mode()
    clock.forward(hours=2)
    assert not attack_mode.in_attack_mode()
    assert Event.objects.filter(kind=Kind.ATTACK_MODE_STARTED).count() == 1
    assert Event.objects.filter(kind=Kind.ATTACK_MODE_ENDED).count() == 1


def test_after_signing_in_with_an_issued_key_the_change_asks_for_no_second_picture(
    member: Member, in_attack_mode: None
) -> None:
    key, client = given(member, "initial"), Client()
    data = {"documento": member.document, "clave": key, **read_picture(client.get("/acceso/").content.decode())}
    assert client.post("/acceso/", data).headers["Location"] == "/acceso/cambiar-clave/"
    assert "<img" not in client.get("/acceso/cambiar-clave/").content.decode()
    assert "Escriba la palabra" in change(client, "99999999", key, not_holding(key)).content.decode()
    assert change(client, member.document, key, not_holding(key)).status_code == 302
