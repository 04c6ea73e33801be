"""Wipe the shown key once its browser opens another page, by any link."""

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from accounts.lockout_text import one_full_stop, until_text
from recovery.models import Attempt

CLOSED = "cerrada"  # in the address that the countdown opens
MARK = "shown"  # in the session: number of the attempt whose key the result page shows
# The result page, the one that redirects to it, the pictures, and what no person opens.
STAYS = {"recovery:result", "recovery:questions", "word_picture:picture", "health", "alive"}


def leave_result(request: HttpRequest, page: str) -> None:
    """Wipe the shown key when this browser opens another page; browsers that were shown none cost no query."""
    if page in STAYS or request.method == "HEAD" or _ahead_of_time(request) or MARK not in request.session:
        return
    number = request.session.pop(MARK)
    Attempt.objects.filter(pk=number).update(shown="", left_at=timezone.now())
    if page == "accounts:sign_in" and CLOSED in request.GET:
        _tell_closed(request, number)


def _tell_closed(request: HttpRequest, number: int) -> None:
    """After the countdown: until when the key that was shown is good for an entry, if it is."""
    attempt, now = Attempt.objects.select_related("key").filter(pk=number).first(), timezone.now()
    key = attempt.key if attempt else None
    if key and key.expires_at and key.works(now):
        until = until_text(key.expires_at, now, rounded_up=False)
        messages.info(request, one_full_stop(f"Cerramos la página de la clave. Su clave sigue sirviendo hasta {until}."))


def _ahead_of_time(request: HttpRequest) -> bool:
    """Whether the browser only guesses that the page will be opened."""
    purposes = [request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz")]
    return any("prefetch" in purpose or "prerender" in purpose for purpose in purposes)
