"""Caps on the length of submitted values, so that no super-linear work gets a long text (docs/decisions/0035).

`CapMiddleware` checks every value of every form and query before other code reads it, so new fields are covered;
`CappedForm` shows the error at the field.
"""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict

LONGEST = 1_000  # characters per value; the longest `maxlength` of a page is 256
TOO_LONG = "Este texto es demasiado largo. Bórrelo y escríbalo de nuevo."


class TooLong(str):
    """Replaces a value over the cap: an empty string that the form recognises as too long."""


def capped(sent: QueryDict) -> QueryDict:
    """The same values, with `TooLong` in place of each over the cap."""
    if all(len(value) <= LONGEST for _, values in sent.lists() for value in values):
        return sent
    kept = QueryDict(mutable=True)
    for name, values in sent.lists():
        kept.setlist(name, [value if len(value) <= LONGEST else TooLong() for value in values])
    kept._mutable = False
    return kept


class CapMiddleware:
    """Apply the caps to `request.GET` and `request.POST`. Runs before every middleware that reads them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.GET = capped(request.GET)  # type: ignore[assignment]
        if request.method == "POST":
            request.POST = capped(request.POST)  # type: ignore[assignment]
        return self.get_response(request)


class CappedForm(forms.Form):
    """The base of every form of the portal: shows an error at each field whose value is over the cap."""

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, field in self.fields.items():
            if isinstance(self.data.get(self.add_prefix(name)), TooLong):
                self.errors.pop(name, None)
                self.add_error(name, field.error_messages.get("too_long", TOO_LONG))
