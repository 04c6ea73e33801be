"""The filters of `common.colombia.formats`, for templates: `{% load es_co %}`. An empty value is rendered as ""."""

import re
from collections.abc import Callable
from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.colombia import formats

register = template.Library()
FORGOTTEN = "¿Olvidó su clave?"
FORGOTTEN_LINK = format_html('<a href="/recuperar/">{}</a>', FORGOTTEN)


def empty_for_none(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Wrap a formatter so that None and "" become ""."""

    def written(value: Any) -> str:
        return "" if value is None or value == "" else write(value)

    return written


NAMES = (
    "fecha_larga",
    "fecha_con_dia",
    "fecha_corta",
    "mes_largo",
    "hora",
    "a_las",
    "pesos",
    "documento_puntos",
)
for name in NAMES:
    register.filter(name, empty_for_none(getattr(formats, name)))


@register.filter
def solo_numeros(phone: str) -> str:
    """A phone for a `tel:` link: digits and a leading plus."""
    digits = "".join(mark for mark in phone if mark.isdigit())
    return f"+{digits}" if phone.strip().startswith("+") else digits


@register.filter
def con_punto(sentence: str) -> str:
    """A sentence with exactly one full stop, also after «p. m.»."""
    return sentence if sentence.endswith(".") else f"{sentence}."


@register.filter
def como_enlace(phone: str) -> SafeString:
    """A phone number as a `tel:` link."""
    return format_html('<a href="tel:{}">{}</a>', solo_numeros(phone), phone)


@register.filter
def con_enlaces(sentence: str) -> SafeString:
    """A sentence, escaped, in which the help line's number and «¿Olvidó su clave?» are links."""
    pieces = re.split(f"({re.escape(settings.COOP_PHONE)}|{re.escape(FORGOTTEN)})", sentence)
    links = {settings.COOP_PHONE: como_enlace(settings.COOP_PHONE), FORGOTTEN: FORGOTTEN_LINK}
    return format_html_join("", "{}", ((links.get(piece, piece),) for piece in pieces))


@register.filter
def por_cifras(key: str) -> str:
    """A key for the ear: «5, 9, 9, 0», because a screen reader says 5990 as a number."""
    return ", ".join(key)
