"""Inputs are the ones that Django's own templates write."""

import re

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.test import Client

from accounts.models import Member
from cooperen.form_renderer import INPUTS, FormRenderer
from tests.access import choose, sign_in
from tests.recovery.walk import start

ATTRS = {"id": "id_x", "maxlength": "20", "disabled": False, "autofocus": True, "data-x": '"<&>'}
INPUT_WIDGETS = [forms.TextInput, forms.EmailInput, forms.PasswordInput, forms.HiddenInput]


def test_every_widget_that_is_written_in_one_go_is_in_the_table():
    assert {widget.template_name for widget in INPUT_WIDGETS} == INPUTS


@pytest.mark.parametrize("widget", INPUT_WIDGETS)
@pytest.mark.parametrize("value", [None, "", "Ana", '"><script>', 0])
def test_an_input_is_djangos_letter_by_letter(widget: type[forms.TextInput], value: object):
    an_input = widget(attrs={"spellcheck": "false"})
    assert an_input.render("x", value, ATTRS, FormRenderer()) == an_input.render("x", value, ATTRS, TemplatesSetting()).strip()


@pytest.mark.django_db
def test_an_input_with_an_error_names_it_and_its_help(client: Client):
    page = client.post("/acceso/", {"documento": "", "clave": ""}).content.decode()
    assert 'aria-invalid="true" aria-describedby="id_documento_helptext id_documento_error" id="id_documento">' in page


FORMS = ["/acceso/", "/acceso/cambiar-clave/", "/acceso/no-fui-yo/", "/recuperar/", "/recuperar/preguntas/"]
FORMS += ["/estado-de-cuenta/mis-datos/"]
WRONG = {"correo": "x", "documento": "x", "celular": "x", "telefono": "x", "direccion": "x" * 200, "ciudad": "x" * 200}


@pytest.mark.django_db
@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("typed", [None, {}, WRONG], ids=["empty", "sent empty", "wrong"])
def test_every_help_and_error_is_named_by_its_field_and_nothing_else_is(
    member: Member, client: Client, path: str, typed: dict[str, str] | None
):
    if path.startswith("/estado"):
        sign_in(client, member.document, choose(member, "60382"))
    elif path.endswith("preguntas/"):
        start(client, member.document)
    page = (client.get(path) if typed is None else client.post(path, typed)).content.decode()
    named = {name for names in re.findall(r'aria-describedby="([^"]*)"', page) for name in names.split()}
    assert named == set(re.findall(r'id="([^"]*_(?:helptext|error))"', page))
    invalid = {found for found in re.findall(r'id="(id_\w+)_error"', page) if "pregunta" not in found}
    marked = re.findall(r"<input[^>]*aria-invalid[^>]*>", page)
    assert {re.search(r' id="([^"]*)"', field)[1] for field in marked} == invalid  # type: ignore[index]
