"""`/acceso/cambiar-clave/`: with and without a session."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client

from accounts.models import AccessKey, KnownDevice, Member
from audit.kinds import Kind
from audit.models import Event
from outbox.models import Message
from outbox.queue import content_of
from outbox.worker import drain
from tests.access import change, choose, given, not_holding, sign_in

pytestmark = pytest.mark.django_db
DONE = "✔ Cambio realizado con éxito, ingrese los nuevos datos"
EASY = "Elija otra clave: esa es fácil de adivinar"


def test_a_first_sign_in_and_change_end_at_the_sign_in_page_with_a_notice(client: Client, member: Member) -> None:
    key = given(member, AccessKey.Kind.INITIAL)
    sign_in(client, member.document, key)
    response = change(client, member.document, key, "48271")
    assert response.headers["Location"] == "/acceso/"
    page = client.get("/acceso/").content.decode()
    assert DONE in page
    assert "<title>Cambio realizado con éxito – Control de acceso para Asociados" in page
    assert client.get("/estado-de-cuenta/").headers["Location"] == "/acceso/"
    assert sign_in(client, member.document, "48271").headers["Location"] == "/estado-de-cuenta/"


def test_without_a_session_the_form_works_the_same(client: Client, member: Member) -> None:
    choose(member, "48271")
    assert change(client, member.document, "48271", "60382").status_code == 302
    assert sign_in(client, member.document, "60382").headers["Location"] == "/estado-de-cuenta/"


def test_a_change_ends_every_other_key_and_every_session(member: Member) -> None:
    choose(member, "48271")
    given(member, AccessKey.Kind.INITIAL)
    temporary = given(member, AccessKey.Kind.TEMPORARY)
    elsewhere, here = Client(), Client()
    sign_in(elsewhere, member.document, "48271")
    change(here, member.document, temporary, not_holding(temporary))
    assert list(member.keys.live().values_list("kind", flat=True)) == ["chosen"]
    assert elsewhere.get("/estado-de-cuenta/").headers["Location"] == "/acceso/"
    assert not member.keys.exclude(ended_at=None).exclude(sealed="").exists()


def test_the_old_key_opens_until_the_change_is_complete(client: Client, member: Member) -> None:
    choose(member, "48271")
    given(member, AccessKey.Kind.TEMPORARY)
    assert sign_in(client, member.document, "48271").headers["Location"] == "/estado-de-cuenta/"


def test_a_forced_change_makes_this_browser_known_and_forgets_the_others(member: Member) -> None:
    choose(member, "48271")
    for _ in range(2):
        sign_in(Client(), member.document, "48271")
    here = Client()
    temporary = given(member, AccessKey.Kind.TEMPORARY)
    change(here, member.document, temporary, not_holding(temporary))
    assert KnownDevice.objects.filter(member=member).count() == 1
    assert here.cookies["dispositivo"]["samesite"] == "Strict"
    assert here.cookies["dispositivo"]["httponly"]


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        ("1234", "La nueva clave debe tener 5 números"),
        ("12345", f"{EASY}. Es una serie, un año o una que usa mucha gente."),
        ("77777", f"{EASY}. Es una serie, un año o una que usa mucha gente."),
        ("32451", f"{EASY}. Está en su documento."),
        ("58531", f"{EASY}. Está en su documento, sus teléfonos o su fecha de nacimiento."),  # year, month, day
        ("05552", f"{EASY}. Está en su documento, sus teléfonos o su fecha de nacimiento."),  # in both phones
        ("19581", f"{EASY}. Es una serie, un año o una que usa mucha gente."),
        ("48271", "La nueva clave debe ser diferente de la actual"),
    ],
)
def test_easy_keys_are_refused_and_the_old_one_stays(client: Client, member: Member, new: str, sentence: str) -> None:
    choose(member, "48271")
    response = change(client, member.document, "48271", new)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert sign_in(client, member.document, "48271").status_code == 302


def test_none_of_the_last_three_keys_can_be_chosen_again(client: Client, member: Member) -> None:
    choose(member, "48271")
    for old, new in (("48271", "60382"), ("60382", "90352"), ("90352", "48279")):
        assert change(client, member.document, old, new).status_code == 302
    assert "Elija otra clave" in change(client, member.document, "48279", "60382").content.decode()
    assert change(client, member.document, "48279", "48271").status_code == 302  # four keys ago


def test_a_new_key_may_not_contain_the_issued_one(client: Client, member: Member) -> None:
    key = given(member, AccessKey.Kind.TEMPORARY)
    page = change(client, member.document, key, key + "7").content.decode()
    assert "Elija otra clave" in page


def test_a_different_confirmation_gets_an_error_at_its_field(client: Client, member: Member) -> None:
    choose(member, "48271")
    page = change(client, member.document, "48271", "60382", "60383").content.decode()
    assert "La confirmación no es igual a la nueva clave" in page
    assert "60382" not in page


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("initial", "✔ Su clave inicial sirvió. Ahora elija su clave de 5 números."),
        ("temporary", "✔ Su clave temporal sirvió. Ahora elija su clave de 5 números."),
        ("mailed", "✔ Su clave temporal sirvió. Ahora elija su clave de 5 números."),
    ],
)
def test_the_page_says_that_the_given_key_served(client: Client, member: Member, kind: str, said: str) -> None:
    key = given(member, kind)
    sign_in(client, member.document, key)
    page = client.get("/acceso/cambiar-clave/").content.decode()
    assert said in page
    assert "si es la primera vez" not in page
    assert ("Paso 4 de 4." in page) == (kind != "initial")
    refused = change(client, member.document, key, "12345").content.decode()
    assert "Por seguridad, escriba otra vez todas las claves." in refused
    assert f'value="{member.document}"' in refused


def test_a_chosen_key_that_must_be_changed_served_too(client: Client, member: Member) -> None:
    choose(member, "48271")
    member.keys.update(must_change=True)
    sign_in(client, member.document, "48271")
    page = client.get("/acceso/cambiar-clave/").content.decode()
    assert "✔ Su clave sirvió. Ahora elija otra clave de 5 números." in page


def test_without_a_session_the_page_says_what_the_manual_says(client: Client, member: Member) -> None:
    page = client.get("/acceso/cambiar-clave/").content.decode()
    assert "Recuerde: si es la primera vez que ingresa, debe cambiar su clave." in page
    assert "Recuerde realizar el cambio de su clave periódicamente." in page


def test_wrong_current_keys_charge_the_rate_limits_of_sign_in(client: Client, member: Member) -> None:
    choose(member, "48271")
    for _ in range(3):
        change(Client(), member.document, "90352", "60382")
    for _ in range(2):
        sign_in(Client(), member.document, "90352")
    assert change(Client(), member.document, "90352", "60382").status_code == 429


def test_the_member_gets_a_notice_without_the_key_and_the_trail_an_event(client: Client, member: Member) -> None:
    choose(member, "48271")
    change(client, member.document, "48271", "60382")
    assert Message.objects.filter(kind="key_changed").count() == 1
    event = Event.objects.get(kind=Kind.KEY_CHOSEN)
    assert event.subject_tail == member.document[-3:]
    assert "60382" not in event.details


def test_the_holder_of_an_issued_key_cannot_find_the_chosen_one(client: Client, member: Member) -> None:
    choose(member, "48271")
    key = given(member, "initial")
    own = "48271" if key not in "48271" else "90352"
    for _ in range(10):
        assert "la usó hace poco" in change(client, member.document, key, own).content.decode()
    never_used = change(client, member.document, key, not_holding(key))
    assert "la usó hace poco" in never_used.content.decode()
    assert Event.objects.filter(kind=Kind.RATE_LIMIT_REFUSED, details__contains="new_keys").count() == 1


def test_a_day_later_another_new_key_can_be_tried(client: Client, member: Member, clock) -> None:
    key = given(member, "initial")
    choose(member, "48271")
    for _ in range(11):
        change(client, member.document, key, "48271")
    clock.forward(days=1, seconds=1)
    assert change(client, member.document, key, not_holding(key)).status_code == 302


def test_many_changes_do_not_push_a_code_out_of_reach(client: Client, member: Member, clock) -> None:
    keys = "81644 33481 97227 46993 90498 96979 85463 69473 03801 61030 32643 85062 06796".split()
    current = choose(member, "48271")
    for number, new in enumerate(keys):  # ten at once, then one a day: what a thief of the key is let
        clock.forward(days=int(number >= 10))
        assert change(client, member.document, current, new).status_code == 302
        current = new
    first = Message.objects.filter(kind="key_changed").order_by("created_at").first()
    code = code_in(first)  # type: ignore[arg-type]
    Client().post("/acceso/no-fui-yo/", {"documento": member.document, "codigo": code})
    member.refresh_from_db()
    assert member.blocked_at


def test_two_wrong_tries_from_elsewhere_do_not_stop_the_change_where_a_temporary_key_was_shown(member: Member) -> None:
    own, stranger = Client(), Client()
    key = given(member, "temporary", shown_to=own)
    for _ in range(2):
        sign_in(stranger, member.document, "1357" if key != "1357" else "2468")
    assert sign_in(own, member.document, key).headers["Location"] == "/acceso/cambiar-clave/"
    assert change(own, member.document, key, not_holding(key)).status_code == 302


def code_in(message: Message) -> str:
    return re.search(r"código: (\d{3} \d{3} \d{4})", content_of(message)["text"])[1]  # type: ignore[index]


def disown(member: Member, kind: str) -> None:
    """Post the code of the newest notice of this kind to «No fui yo», then restore the member's access."""
    code = code_in(Message.objects.filter(kind=kind).latest("created_at"))
    Client().post("/acceso/no-fui-yo/", {"documento": member.document, "codigo": code})
    call_command("restore_member", member.document, "--by", "Ana", "--reason", "Llamó y se identificó")


def test_a_key_somebody_else_chose_never_opens_again_after_no_fui_yo(client: Client, member: Member, clock) -> None:
    choose(member, "48271")
    clock.forward(days=3)
    mailed = given(member, "mailed")  # read by a stranger
    change(client, member.document, mailed, not_holding(mailed))
    disown(member, "key_changed")
    assert "no coinciden" in sign_in(Client(), member.document, not_holding(mailed)).content.decode()


def test_nor_does_an_unrequested_initial_key(member: Member) -> None:
    letter = given(member, "initial")
    disown(member, "key_issued")
    assert "no coinciden" in sign_in(Client(), member.document, letter).content.decode()


def test_the_code_of_a_lockout_notice_keeps_the_chosen_key(member: Member, clock) -> None:
    choose(member, "48271")
    clock.forward(days=3)
    for _ in range(6):
        sign_in(Client(), member.document, "60382")
    drain()
    code = re.search(r"código: (\d{3} \d{3} \d{4})", mail.outbox[-1].body)[1]  # type: ignore[index]
    Client().post("/acceso/no-fui-yo/", {"documento": member.document, "codigo": code})
    assert Member.objects.get().blocked_at
    call_command("restore_member", member.document, "--by", "Ana", "--reason", "Llamó y se identificó")
    clock.forward(days=1)
    assert sign_in(Client(), member.document, "48271").status_code == 302


def test_the_holder_of_an_issued_key_cannot_find_the_phone(client: Client, member: Member) -> None:
    key = given(member, "initial")
    for _ in range(10):
        assert "fácil de adivinar" in change(client, member.document, key, member.mobile[3:8]).content.decode()
    assert "la usó hace poco" in change(client, member.document, key, member.mobile[3:8]).content.decode()


def test_staff_see_and_unlock_a_member_who_tried_too_many_new_keys(client: Client, member: Member, capsys) -> None:
    key = given(member, "initial")
    for _ in range(11):
        change(client, member.document, key, member.mobile[3:8])
    call_command("member_status", member.document)
    assert "por hoy la página dice de todas que ya las usó" in capsys.readouterr().out
    call_command("unlock_member", member.document, "--by", "Ana", "--reason", "Llamó y se identificó")
    assert change(client, member.document, key, "60382").status_code == 302
