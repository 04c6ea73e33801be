"""Wipe the shown key once its browser opens another page, by any link."""

from django.http import HttpRequest
from django.utils import timezone

from recovery.models import Attempt

MARK = "shown"  # in the session: number of the attempt whose key the result page shows
# The result page, the one that redirects to it, the pictures, and what no person opens.
STAYS = {"recovery:result", "recovery:questions", "word_picture:picture", "health"}


def leave_result(request: HttpRequest, page: str) -> None:
    """Wipe the shown key when this browser opens another page; browsers that were shown none cost no query."""
    if page in STAYS or request.method == "HEAD" or _ahead_of_time(request) or MARK not in request.session:
        return
    attempt = request.session.pop(MARK)
    Attempt.objects.filter(pk=attempt).update(shown="", left_at=timezone.now())


def _ahead_of_time(request: HttpRequest) -> bool:
    """Whether the browser only guesses that the page will be opened."""
    purposes = [request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz")]
    return any("prefetch" in purpose or "prerender" in purpose for purpose in purposes)
