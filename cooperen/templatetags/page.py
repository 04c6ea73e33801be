"""Template tags for the inline style and scripts: `{% load page %}`, `{% page_style %}`, `{% page_script "show_key" %}`.

They are inline so that a page is one request; the content security policy lists their hashes.
"""

from collections.abc import Iterator

from django import template
from django.forms import BaseForm, BoundField
from django.utils.safestring import SafeString, mark_safe

from cooperen import style
from cooperen.templatetags.es_co import con_enlaces

register = template.Library()


@register.simple_tag
def page_style(name: str = "page") -> SafeString:
    """The `<style>` element of one kind of page: `page`, `statement` or `error`."""
    return mark_safe(f"<style>{style.page_style(name)}</style>")  # noqa: S308  our own files, no user input


@register.simple_tag
def page_script(name: str) -> SafeString:
    """One of the portal's scripts: `show_key` or `countdown`."""
    return mark_safe(f"<script>{style.page_script(name)}</script>")  # noqa: S308  our own file


@register.simple_tag
def page_shade(name: str) -> str:
    """A colour of the cooperative: `accent`, `deep`, `soft` or `line`."""
    return style.shades()[name]


@register.filter
def first_id(field: BoundField) -> str:
    """The id an error links to: the field itself, or the first option of a question."""
    return field.subwidgets[0].id_for_label if field.use_fieldset else field.id_for_label


@register.filter
def error_lines(form: BaseForm) -> Iterator[tuple[str, str]]:
    """Each error of the form and the id it links to; "" for a sentence with links of its own, such as a lockout's."""
    for error in form.non_field_errors():
        yield _linked(str(error), getattr(form, "anchor", ""))
    for field in form:
        if field.errors:
            yield _linked(str(field.errors[0]), first_id(field))


def _linked(text: str, target: str) -> tuple[str, str]:
    return text, "" if "<a " in con_enlaces(text) else target
