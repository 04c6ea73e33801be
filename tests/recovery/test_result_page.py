"""`/recuperar/listo/`: the key, also after a reload, and on no other page."""

import re

import pytest
from django.test import Client

from accounts.models import AccessKey, Member
from outbox.models import Message, State
from outbox.queue import content_of
from recovery.models import Attempt
from tests.access import change, choose, not_holding, sign_in
from tests.recovery.walk import RESULT, START, recover, shown_key, start

pytestmark = pytest.mark.django_db
GONE = "Esta clave ya no está disponible. Si no la anotó, empiece otra vez."


def test_the_page_says_what_the_manual_says(client: Client, member: Member, clock) -> None:
    recover(client, member)
    page = client.get(RESULT).content.decode().replace("\u00a0", " ")
    assert "Contraseña cambiada correctamente" in page
    assert "Le enviamos un correo con la confirmación del cambio." in page
    assert "Esta es su <strong>clave temporal</strong> de 4 números:" in page
    assert "vence hoy a las 3:45 p. m." in page
    assert "Esta página se cerrará automáticamente en:" in page
    assert 'href="/acceso/"' in page


def test_the_key_is_one_text_node_in_the_only_element_of_its_class(client: Client, member: Member) -> None:
    recover(client, member)
    page = client.get(RESULT).content.decode()
    assert len(re.findall(r'class="[^"]*\bclave\b', page)) == 1
    assert re.search(r'<p class="clave">\d{4}</p>', page)


def test_a_reload_shows_the_same_key(client: Client, member: Member) -> None:
    recover(client, member)
    assert shown_key(client) == shown_key(client) != ""


def test_the_countdown_stays_hidden_without_a_script(client: Client, member: Member) -> None:
    recover(client, member)
    page = client.get(RESULT).content.decode()
    assert re.search(r'data-segundos="120" hidden', page)
    assert "http-equiv" not in page.lower()
    assert "Refresh" not in client.get(RESULT).headers


def test_the_page_is_not_kept_by_anybody(client: Client, member: Member) -> None:
    recover(client, member)
    assert client.get(RESULT).headers["Cache-Control"] == "no-store"


def test_another_browser_sees_nothing(client: Client, member: Member) -> None:
    recover(client, member)
    other = Client()
    start(other, member.document)
    session = other.session
    session["attempt"] = Attempt.objects.get(outcome="passed").pk
    session.save()
    assert other.get(RESULT).headers["Location"] == START


def test_a_stolen_row_does_not_open_for_another_browser(client: Client, member: Member) -> None:
    recover(client, member)
    other = Client()
    start(other, member.document)
    passed = Attempt.objects.get(outcome="passed")
    mine = Attempt.objects.get(outcome="open")
    Attempt.objects.filter(pk=mine.pk).update(outcome="passed", key=passed.key, shown=passed.shown)
    assert shown_key(other) == ""


def test_the_key_is_gone_when_it_ran_out(client: Client, member: Member, clock) -> None:
    recover(client, member)
    clock.forward(minutes=30, seconds=1)
    page = client.get(RESULT).content.decode()
    assert GONE in page
    assert 'class="clave"' not in page


def test_the_key_is_gone_when_it_was_used(client: Client, member: Member) -> None:
    recover(client, member)
    key = shown_key(client)
    assert change(Client(), member.document, key, not_holding(key)).status_code == 302
    assert GONE in client.get(RESULT).content.decode()


def test_the_key_is_gone_after_leaving(client: Client, member: Member) -> None:
    recover(client, member)
    client.post("/acceso/salir/")
    assert client.get(RESULT).headers["Location"] == START


def test_the_key_is_gone_when_a_newer_recovery_replaced_it(client: Client, member: Member) -> None:
    recover(client, member)
    recover(Client(), member)
    assert GONE in client.get(RESULT).content.decode()
    assert member.keys.live().filter(kind="temporary").count() == 1


def test_digits_are_written_apart_for_the_ear(client: Client, member: Member) -> None:
    recover(client, member)
    key = shown_key(client)
    assert f'<p class="oculto">Cifra por cifra: {", ".join(key)}</p>' in client.get(RESULT).content.decode()


def test_after_the_countdown_the_sign_in_page_says_until_when_the_key_serves(client: Client, member: Member, clock) -> None:
    recover(client, member)
    assert "/acceso/?cerrada=1" in client.get(RESULT).content.decode()
    page = client.get("/acceso/?cerrada=1").content.decode().replace("\u00a0", " ")
    assert "Cerramos la página de la clave. Su clave sigue sirviendo hasta las 3:45 p. m.</p>" in page
    assert "Cerramos la página" not in client.get("/acceso/?cerrada=1").content.decode()


def test_after_the_countdown_a_key_that_ended_is_not_promised(client: Client, member: Member, clock) -> None:
    recover(client, member)
    clock.forward(minutes=31)
    assert "Cerramos la página" not in client.get("/acceso/?cerrada=1").content.decode()


def test_signed_in_or_out_since_the_page_says_that_the_key_is_gone(client: Client, member: Member) -> None:
    recover(client, member)
    sign_in(client, member.document, shown_key(client))
    client.post("/acceso/salir/")
    assert GONE in client.get(RESULT, follow=True).content.decode()


def test_a_mail_that_failed_is_not_promised_where_the_key_is_not_shown(client: Client, member: Member, settings) -> None:
    settings.RECOVERY_REVEAL = "email"
    recover(client, member)
    Message.objects.update(state=State.FAILED)
    page = client.get(RESULT).content.decode()
    assert "No pudimos entregar el correo con su clave temporal." in page
    assert "Le enviamos" not in page


def test_without_a_recovery_there_is_no_result(client: Client, member: Member) -> None:
    assert client.get(RESULT).headers["Location"] == START
    start(client, member.document)
    assert client.get(RESULT).headers["Location"] == START


def test_by_email_the_screen_says_so_and_shows_no_key(client: Client, member: Member, settings) -> None:
    settings.RECOVERY_REVEAL = "email"
    recover(client, member)
    page = client.get(RESULT).content.decode()
    assert "Por su seguridad no la mostramos en esta página." in page
    assert 'class="clave"' not in page
    assert Attempt.objects.get().shown == ""
    key = re.search(r"Su clave temporal es (\d{4})\.", content_of(Message.objects.get(kind="temporary_key"))["text"])
    assert sign_in(client, member.document, key[1]).headers["Location"] == "/acceso/cambiar-clave/"


def test_a_known_device_sees_the_key_and_a_strange_one_does_not(client: Client, member: Member, settings) -> None:
    settings.RECOVERY_REVEAL = "known_device"
    choose(member, "48271")
    sign_in(client, member.document, "48271")
    client.post("/acceso/salir/")
    stranger = Client()
    recover(stranger, member)
    assert shown_key(stranger) == ""
    recover(client, member)
    assert len(shown_key(client)) == 4


def test_a_mail_that_failed_is_not_promised(client: Client, member: Member) -> None:
    recover(client, member)
    Message.objects.update(state=State.FAILED)
    page = client.get(RESULT).content.decode()
    assert "Esta es su <strong>clave temporal</strong> de 4 números:" in page
    assert "Le enviamos un correo" not in page


def test_neither_database_nor_session_holds_the_key_in_clear(client: Client, member: Member) -> None:
    recover(client, member)
    key = shown_key(client)
    attempt, row = Attempt.objects.get(), AccessKey.objects.get()
    assert key not in (attempt.shown, row.sealed)
    assert key not in str(dict(client.session))


def test_the_document_is_filled_in_at_the_entry_page(client: Client, member: Member) -> None:
    recover(client, member)
    assert f'value="{member.document}"' in client.get("/acceso/").content.decode()
