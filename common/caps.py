"""Caps on what was typed: no text of any length reaches work that grows faster than the text.

`CapMiddleware` looks at every value of every form and query before any code reads one, so a new field or a new reader is
covered by itself; `CappedForm` says at the field what happened.
"""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict

LONGEST = 1_000  # characters of one value; the longest `maxlength` of a page is 256
TOO_LONG = "Este texto es demasiado largo. Bórrelo y escríbalo de nuevo."


class TooLong(str):
    """Takes the place of a value over the cap: empty, and known to its form as too long."""


def capped(sent: QueryDict) -> QueryDict:
    """The same values, with a `TooLong` for each that is over the cap."""
    if all(len(value) <= LONGEST for _, values in sent.lists() for value in values):
        return sent
    kept = QueryDict(mutable=True)
    for name, values in sent.lists():
        kept.setlist(name, [value if len(value) <= LONGEST else TooLong() for value in values])
    kept._mutable = False
    return kept


class CapMiddleware:
    """Before every reader of `request.GET` and `request.POST`, after the one that receives the body."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.GET = capped(request.GET)  # type: ignore[assignment]
        if request.method == "POST":
            request.POST = capped(request.POST)  # type: ignore[assignment]
        return self.get_response(request)


class CappedForm(forms.Form):
    """The base of every form of the portal: each value over the cap gets a sentence at its field."""

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, field in self.fields.items():
            if isinstance(self.data.get(self.add_prefix(name)), TooLong):
                self.errors.pop(name, None)
                self.add_error(name, field.error_messages.get("too_long", TOO_LONG))
