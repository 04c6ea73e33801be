"""The filters of `common.colombia.formats`, for templates: `{% load es_co %}`. An empty value is rendered as ""."""

from collections.abc import Callable
from typing import Any

from django import template

from common.colombia import formats

register = template.Library()


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
