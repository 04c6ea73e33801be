"""Form widgets rendered without templates: Django's own render three each, which cost more than the rest of the page.

Every value is escaped with `html.escape`, as Django's `escape` does; attribute names come from the code.
"""

from html import escape
from typing import Any

from django import forms
from django.utils.safestring import SafeString


class PlainInput(forms.widgets.Input):
    """Mixin for widgets of one `<input>` tag; list it before the Django widget."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        shown = {"type": widget["type"], "name": widget["name"], "value": widget["value"], **widget["attrs"]}
        return SafeString(f"<input{''.join(_attribute(*pair) for pair in shown.items())}>")


def _attribute(name: str, value: Any) -> str:
    """An HTML attribute: a bare name for True, nothing for False and None."""
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'


class TextInput(PlainInput, forms.TextInput):
    pass


class PasswordInput(PlainInput, forms.PasswordInput):
    pass


class EmailInput(PlainInput, forms.EmailInput):
    pass


class HiddenInput(PlainInput, forms.HiddenInput):
    pass


class RadioSelect(forms.RadioSelect):
    """The options only, one label per line, without a wrapper element."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen, own_id = self.format_value(value), escape(str((attrs or {}).get("id", f"id_{name}")))
        options = [
            f'<label for="{own_id}_{at}"><input type="radio" name="{escape(name)}" value="{escape(str(option))}"'
            f' id="{own_id}_{at}"{" checked" if str(option) in chosen else ""}>{escape(str(text))}</label>\n'
            for at, (option, text) in enumerate(self.choices)
        ]
        return SafeString("".join(options))
