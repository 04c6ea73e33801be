"""`/privacidad/` and `/accesibilidad/`: short pages from the settings, linked at the foot of every other page."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from tests.access import given, sign_in
from tests.recovery.walk import RESULT, recover


def test_the_notice_names_who_answers_which_version_it_is_and_where_the_authorization_lies(client: Client, settings: Any):
    settings.DATA_NOTICE, settings.DATA_NOTICE_VERSION = "Usamos <sus> datos.", "3"
    settings.DATA_NOTICE_DATE, settings.DATA_NOTICE_CONTACT = date(2026, 11, 28), "datos@cooperen.example"
    page = client.get("/privacidad/").content.decode()
    assert "versión 3, del 28 de noviembre de 2026" in page
    assert "Usamos &lt;sus&gt; datos." in page
    assert "Escriba a datos@cooperen.example o llame al" in page
    assert "La que usted firmó está en su oficina, en papel." in page


def test_without_a_contact_the_pages_name_the_telephone(client: Client):
    assert 'Llame al <a href="tel:6045550142">' in client.get("/privacidad/").content.decode()
    assert "escriba a" not in client.get("/accesibilidad/").content.decode()


@pytest.mark.django_db
def test_they_are_open_to_a_member_who_must_change_the_key(client: Client, member: Member):
    sign_in(client, member.document, given(member, "initial"))
    assert client.get("/privacidad/").status_code == client.get("/accesibilidad/").status_code == 200


@pytest.mark.django_db
def test_every_page_leads_there_but_the_one_with_the_key(client: Client, member: Member):
    assert 'href="/privacidad/"' in client.get("/acceso/").content.decode()
    recover(client, member)
    assert 'href="/privacidad/"' not in client.get(RESULT).content.decode()
