"""A sentence for the next page of a browser without a session: a message would leave a session row that nobody was charged for.

The cookie holds a code, never a text; the page that knows the code shows its own sentence once.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

NOTE_COOKIE = "__Host-aviso" if settings.HTTPS else "aviso"
LIFE = 60  # seconds; the browser asks for the next page at once


def redirect_with_note(to: str, code: str) -> HttpResponse:
    """Go on to the page `to`, which will find the note."""
    response = redirect(to)
    response.set_cookie(NOTE_COOKIE, code, max_age=LIFE, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response


def has_note(request: HttpRequest, code: str) -> bool:
    """Whether this page is to show the sentence of `code` now."""
    return request.method == "GET" and request.COOKIES.get(NOTE_COOKIE) == code


def without_note(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Forget the note once it was shown."""
    if NOTE_COOKIE in request.COOKIES:
        response.set_cookie(NOTE_COOKIE, max_age=0, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response
