"""Inputs written out in one go: Django's own pass through three templates each, and cost more than the page around them."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

OPTION = '<label for="{0}"><input type="radio" name="{1}" value="{2}" id="{0}"{3}>{4}</label>\n'
CHOSEN = SafeString(" checked")


class WrittenOut(forms.widgets.Input):
    """An input of one tag; stands before the kind of input it is."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        shown = {"type": self.input_type, "name": name, "value": self.format_value(value)}
        shown |= self.build_attrs(self.attrs, attrs)
        return format_html("<input{}>", format_html_join("", "{}", map(_attribute, shown.items())))


def _attribute(pair: tuple[str, Any]) -> tuple[SafeString | str]:
    """True is a bare name, False and None are left out."""
    name, value = pair
    if value is None or value is False:
        return ("",)
    return (f" {name}" if value is True else format_html(' {}="{}"', name, value),)


class TextInput(WrittenOut, forms.TextInput):
    pass


class EmailInput(WrittenOut, forms.EmailInput):
    pass


class HiddenInput(WrittenOut, forms.HiddenInput):
    pass


class RadioSelect(forms.RadioSelect):
    """The options alone, each in its label, one a line."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen, own_id = self.format_value(value), (attrs or {}).get("id", f"id_{name}")
        options = [
            (f"{own_id}_{at}", name, option, CHOSEN if str(option) in chosen else "", text)
            for at, (option, text) in enumerate(self.choices)
        ]
        return format_html_join("", OPTION, options)
