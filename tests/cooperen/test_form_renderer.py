"""Inputs are the ones that Django's own templates write."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.test import Client

from cooperen.form_renderer import INPUTS, FormRenderer

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
