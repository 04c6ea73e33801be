"""Notes: one-time sentences for browsers without a session (docs/decisions/0036).

A Django message would create a session row without a charged rate limit. The note is a cookie with a code, never a text; the
page that knows the code shows its own sentence, once.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

NOTE_COOKIE = "__Host-aviso" if settings.HTTPS else "aviso"
LIFE = 60  # seconds; the browser follows the redirect at once


def redirect_with_note(to: str, code: str) -> HttpResponse:
    """A redirect to the page `to` that sets the note's cookie."""
    response = redirect(to)
    response.set_cookie(NOTE_COOKIE, code, max_age=LIFE, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response


def has_note(request: HttpRequest, code: str) -> bool:
    """Whether this request carries the note `code`."""
    return request.method == "GET" and request.COOKIES.get(NOTE_COOKIE) == code


def without_note(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Delete the note's cookie once the page has shown it."""
    if NOTE_COOKIE in request.COOKIES:
        response.set_cookie(NOTE_COOKIE, max_age=0, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response
