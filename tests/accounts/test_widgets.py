"""The portal's widgets render the same HTML as Django's."""

import pytest
from django import forms

from accounts import widgets

ATTRS = {"id": "id_x", "maxlength": "20", "autofocus": True, "disabled": False, "data-x": '"<&>'}


@pytest.mark.parametrize("name", ["TextInput", "EmailInput", "HiddenInput"])
@pytest.mark.parametrize("value", [None, "", "Ana", '"><script>', 0])
def test_an_input_equals_djangos_exactly(name: str, value: object) -> None:
    ours, theirs = (getattr(module, name)(attrs={"spellcheck": "false"}) for module in (widgets, forms))
    assert ours.render("x", value, ATTRS) == theirs.render("x", value, ATTRS).strip()


@pytest.mark.parametrize("value", [None, "b", "c"])
def test_radio_buttons_equal_djangos_options_one_per_line(value: str | None) -> None:
    choices = [("a", "Uno"), ("b", "<Dos>"), ("", "Ninguno")]
    theirs = forms.RadioSelect(choices=choices).subwidgets("x", value, {"id": "id_x"})
    written = [
        f'<label for="{one["attrs"]["id"]}"><input type="radio" name="x" value="{one["value"]}" id="{one["attrs"]["id"]}"'
        f"{' checked' if one['selected'] else ''}>{one['label'].replace('<', '&lt;').replace('>', '&gt;')}</label>\n"
        for one in theirs
    ]
    assert widgets.RadioSelect(choices=choices).render("x", value, {"id": "id_x"}) == "".join(written)
