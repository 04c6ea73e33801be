"""Inputs written out in one go: Django's own pass through three templates each, and cost more than the page around them.

Everything but an attribute's name is escaped here, as Django's `escape` does it: `html.escape`.
"""

from html import escape
from typing import Any

from django import forms
from django.utils.safestring import SafeString


class WrittenOut(forms.widgets.Input):
    """An input of one tag; stands before the kind of input it is."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        shown = {"type": widget["type"], "name": widget["name"], "value": widget["value"], **widget["attrs"]}
        return SafeString(f"<input{''.join(_attribute(*pair) for pair in shown.items())}>")


def _attribute(name: str, value: Any) -> str:
    """True is a bare name, False and None are left out."""
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'


class TextInput(WrittenOut, forms.TextInput):
    pass


class PasswordInput(WrittenOut, forms.PasswordInput):
    pass


class EmailInput(WrittenOut, forms.EmailInput):
    pass


class HiddenInput(WrittenOut, forms.HiddenInput):
    pass


class RadioSelect(forms.RadioSelect):
    """The options alone, each in its label, one a line."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen, own_id = self.format_value(value), escape(str((attrs or {}).get("id", f"id_{name}")))
        options = [
            f'<label for="{own_id}_{at}"><input type="radio" name="{escape(name)}" value="{escape(str(option))}"'
            f' id="{own_id}_{at}"{" checked" if str(option) in chosen else ""}>{escape(str(text))}</label>\n'
            for at, (option, text) in enumerate(self.choices)
        ]
        return SafeString("".join(options))
