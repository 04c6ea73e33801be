"""`/acceso/`: which keys sign a member in, which do not, and what the page says."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts import access_actions
from accounts.models import AccessKey, Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Event
from outbox.models import Job, Message
from outbox.worker import drain
from tests.access import choose, given, sign_in
from vault.ring import open_sealed

pytestmark = pytest.mark.django_db
WRONG = "El documento o la clave no coinciden. Revise los dos datos e intente de nuevo."


def test_a_chosen_key_opens_the_statement(client: Client, member: Member) -> None:
    choose(member, "48271")
    response = sign_in(client, "32.451.867", "48271")
    assert (response.status_code, response.headers["Location"]) == (302, "/estado-de-cuenta/")
    assert client.get("/estado-de-cuenta/").status_code == 200
    assert Event.objects.filter(kind=Kind.SIGNED_IN, outcome="done").count() == 1


def test_a_wrong_key_says_only_that_the_pair_does_not_match(client: Client, member: Member) -> None:
    choose(member, "48271")
    response = sign_in(client, member.document, "60382")
    assert response.status_code == 200
    assert WRONG in response.content.decode()
    assert "60382" not in response.content.decode()
    assert f'value="{member.document}"' in response.content.decode()


def test_a_strangers_document_gets_the_same_page(client: Client, member: Member) -> None:
    choose(member, "48271")
    known = sign_in(client, member.document, "60382")
    unknown = sign_in(Client(), "99999999", "60382")
    assert known.status_code == unknown.status_code
    assert sorted(known.headers) == sorted(unknown.headers)
    assert WRONG in unknown.content.decode()


def test_the_sixth_wrong_key_locks_out_the_document_even_with_the_right_key(client: Client, member: Member, clock) -> None:
    choose(member, "48271")
    for _ in range(5):
        sign_in(client, member.document, "60382")
    response = sign_in(client, member.document, "48271")
    assert response.status_code == 429
    page = response.content.decode().replace("\u00a0", " ")
    ways = 'Puede usar <a href="/recuperar/">¿Olvidó su clave?</a> o llamar al <a href="tel:'
    sentence = f"está en pausa hasta las 3:25 p. m. {ways}"
    assert page.replace("3:26", "3:25").count(sentence) == 2  # at the top and at the field; the sentence itself is no link
    clock.forward(minutes=10, seconds=1)
    assert sign_in(client, member.document, "48271").status_code == 302


def test_from_the_third_failure_on_it_says_how_many_attempts_are_left(client: Client, member: Member) -> None:
    choose(member, "48271")
    pages = [sign_in(client, member.document, "60382").content.decode() for _ in range(4)]
    assert "Le queda" not in pages[1]
    assert "Le quedan 2 intentos." in pages[2]
    assert "Le queda 1 intento." in pages[3]


def test_a_success_refunds_this_browsers_own_misses(client: Client, member: Member, clock) -> None:
    choose(member, "48271")
    for _ in range(4):
        sign_in(client, member.document, "60382")
    assert sign_in(client, member.document, "48271").status_code == 302
    stranger = Client()
    tries = [sign_in(stranger, member.document, "60382").status_code for _ in range(6)]
    assert tries == [200] * 5 + [429]


def test_another_browsers_misses_are_not_refunded(member: Member, clock) -> None:
    choose(member, "48271")
    for _ in range(4):
        sign_in(Client(), member.document, "60382")
    assert sign_in(Client(), member.document, "48271").status_code == 302
    tries = [sign_in(Client(), member.document, "60382").status_code for _ in range(2)]
    assert tries == [200, 429]


def test_a_given_key_opens_only_the_change(client: Client, member: Member) -> None:
    key = given(member, AccessKey.Kind.INITIAL)
    response = sign_in(client, member.document, key)
    assert response.headers["Location"] == "/acceso/cambiar-clave/"
    for page in ("/estado-de-cuenta/", "/acceso/", "/recuperar/", "/acceso/dispositivos/", "/acceso/no-fui-yo/"):
        assert client.get(page).headers.get("Location") == "/acceso/cambiar-clave/", page
    assert client.get("/acceso/cambiar-clave/").status_code == 200


def test_a_newer_sign_in_with_an_issued_key_ends_the_older_session(member: Member) -> None:
    key = given(member, AccessKey.Kind.TEMPORARY)
    first, second = Client(), Client()
    sign_in(first, member.document, key)
    sign_in(second, member.document, key)
    assert first.get("/estado-de-cuenta/").headers["Location"] == "/acceso/"
    assert second.get("/estado-de-cuenta/").headers["Location"] == "/acceso/cambiar-clave/"


def test_two_wrong_tries_from_elsewhere_do_not_use_up_the_browser_a_temporary_key_was_shown_to(member: Member) -> None:
    home = Client()
    home.get("/acceso/")
    key = given(member, AccessKey.Kind.TEMPORARY, shown_to=home)
    wrong = "0000" if key != "0000" else "1111"
    assert [sign_in(Client(), member.document, wrong).status_code for _ in range(3)] == [200] * 3
    assert sign_in(Client(), member.document, key).status_code == 200  # the two attempts of all other browsers are used up
    assert sign_in(home, member.document, key).status_code == 302


def test_an_expired_key_reads_like_a_wrong_one(client: Client, member: Member, clock) -> None:
    key = given(member, AccessKey.Kind.TEMPORARY)
    clock.forward(minutes=31)
    response = sign_in(client, member.document, key)
    assert WRONG in response.content.decode()


@pytest.mark.parametrize("state", [{"status": "retired"}, {"in_registry": False}])
def test_a_retired_members_key_reads_like_a_wrong_one(client: Client, member: Member, state: dict) -> None:
    choose(member, "48271")
    Member.objects.filter(pk=member.pk).update(**state)
    assert WRONG in sign_in(client, member.document, "48271").content.decode()


def test_a_block_ends_the_session_at_once(client: Client, member: Member) -> None:
    choose(member, "48271")
    sign_in(client, member.document, "48271")
    access_actions.block_member(member=member, by=Actor.operator("ana"), reason="Lo pidió")
    assert client.get("/estado-de-cuenta/").headers["Location"] == "/acceso/"
    assert WRONG in sign_in(Client(), member.document, "48271").content.decode()


def test_a_known_device_signs_in_while_strangers_have_locked_out_the_document(member: Member) -> None:
    choose(member, "48271")
    phone, stranger = Client(), Client()
    assert sign_in(phone, member.document, "48271").status_code == 302
    assert [sign_in(stranger, member.document, "60382").status_code for _ in range(6)][-1] == 429
    assert sign_in(phone, member.document, "48271").status_code == 302


def test_a_known_device_has_eight_attempts_of_its_own(member: Member) -> None:
    choose(member, "48271")
    phone = Client()
    sign_in(phone, member.document, "48271")
    phone.post("/acceso/salir/")
    assert [sign_in(phone, member.document, "60382").status_code for _ in range(9)] == [200] * 9
    assert WRONG in sign_in(phone, member.document, "48271").content.decode()


def test_a_member_who_shares_the_device_cannot_refill_anothers_attempts(member: Member, other_member: Member) -> None:
    choose(member, "48271")
    choose(other_member, "60382")
    shared = Client()
    sign_in(shared, member.document, "48271")
    for _ in range(3):  # remembering them anew moves the cookie of every member known here; then the device is forgotten
        sign_in(shared, other_member.document, "60382")
        shared.post("/acceso/dispositivos/", {"olvidar": str(other_member.devices.get().pk)})
        for _ in range(8):
            sign_in(shared, member.document, "90352")
    refused = Event.objects.filter(kind=Kind.SIGN_IN_REFUSED, details__contains='"wrong"')
    assert refused.count() == 8


def test_a_lockout_is_mailed_once_in_seven_days_and_queued_alike_for_strangers(member: Member, clock) -> None:
    choose(member, "48271")
    for document in (member.document, "99999999"):
        for _ in range(6):
            sign_in(Client(), document, "60382")
    assert Job.objects.filter(kind="accounts.pause_notice").count() == 2
    drain()
    assert Message.objects.filter(kind="paused").count() == 1


def test_an_empty_form_says_what_to_write(client: Client, db: None) -> None:
    page = sign_in(client, "", "").content.decode()
    assert "Escriba su número de documento" in page
    assert "Escriba su clave" in page
    assert "<title>Error: " in page


@pytest.mark.parametrize(
    "document", ["12a45678", "１２３４５６７８", "٣٢٤٥١٨٦٧", "3245\x001867", "\ud800324", "9" * 16, "12", "3" * 100_000]
)
def test_odd_documents_get_a_sentence(client: Client, document: str, db: None) -> None:
    body = urlencode({"documento": document.encode("utf-8", "surrogatepass"), "clave": "12345"})
    response = client.post("/acceso/", body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 200
    assert "El documento" in response.content.decode()


def test_nothing_is_stored_in_plain_text(client: Client, member: Member) -> None:
    key = given(member, AccessKey.Kind.INITIAL)
    sign_in(client, member.document, key)
    for row in AccessKey.objects.all():
        assert key not in row.sealed
        assert "argon2" not in row.sealed
    assert not [event for event in Event.objects.all() if key in event.details]


def test_with_the_real_hasher_a_key_opens_and_an_older_hash_is_renewed(client: Client, member: Member, settings) -> None:
    choose(member, "48271")  # with the cheap parameters of the tests
    settings.ARGON2_PARAMETERS = (19456, 2, 1)
    before = member.keys.get().sealed
    assert sign_in(client, member.document, "60382").status_code == 200
    assert sign_in(client, member.document, "48271").headers["Location"] == "/estado-de-cuenta/"
    assert member.keys.get().sealed != before
    hashed = open_sealed("access key", f"{member.pk}:chosen", member.keys.get().sealed)
    assert hashed.startswith(b"$argon2id$v=19$m=19456,t=2,p=1$")
    assert sign_in(Client(), member.document, "48271").status_code == 302


def test_the_mail_about_a_lockout_says_until_when_unless_it_is_over(client: Client, member: Member, mailoutbox, clock) -> None:
    choose(member, "48271")
    for _ in range(6):
        sign_in(client, member.document, "60382")
    drain()
    assert re.search(r"Pausamos el ingreso hasta el 21 de octubre de 2021 a las 3:2\d.p\..m\.", mailoutbox[0].body)
    clock.forward(days=8)
    for _ in range(6):
        sign_in(client, member.document, "60382")
    clock.forward(days=60)
    drain()
    assert "Pausamos" not in mailoutbox[1].body
    assert "Hubo varios intentos fallidos con su documento. Si necesita una clave, entre a" in mailoutbox[1].body
