"""What every request passes: whose address it is, how old its session is, which door it may open."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.models import MEMBER_REALM, REALM_KEY, STAFF_REALM, AccessKey
from accounts.unread import note_unread
from common.network_addresses import read_address
from common.sql.select import select_one

# Called before the page of every url, with its name: what other apps do when a browser goes on to another page.
BEFORE_PAGE: list[Callable[[HttpRequest, str], None]] = []
GetResponse = Callable[[HttpRequest], HttpResponse]
# What a session that must change its key may see: the change, the way out, and two pages that are the same for everyone.
OPEN_WHILE_MUST_CHANGE = {"accounts:change_key", "accounts:leave", "home", "health"}
IDLE_NOTICE = "Por seguridad cerramos su consulta tras {} minutos sin uso. Ingrese de nuevo."
SEEN_EVERY = 60  # seconds; writing each request's moment would cost a write a page


class ClientAddressMiddleware:
    """Believe `X-Forwarded-For` and `-Proto` only from `TRUSTED_PROXIES`; the last address before them counts."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ours = from_our_proxy(request.META.get("REMOTE_ADDR", ""))
        said = self._believe(request) if ours else True
        if request.method == "POST":  # what is charged to a network; who only looks whether the portal lives says no address
            self._note(request, said)
        return self.get_response(request)

    def _believe(self, request: HttpRequest) -> bool:
        """Whether the proxy said an address at all."""
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        while len(forwarded) > 1 and from_our_proxy(forwarded[-1]):
            forwarded.pop()
        if forwarded:
            request.META["REMOTE_ADDR"] = str(read_address(forwarded[-1]) or forwarded[-1])
        if request.META.get("HTTP_X_FORWARDED_PROTO") == "https":
            request.META["wsgi.url_scheme"] = "https"
        return bool(forwarded)

    def _note(self, request: HttpRequest, said: bool) -> None:
        if not said:
            note_unread("no header")
        elif read_address(request.META.get("REMOTE_ADDR", "")) is None:
            note_unread("unreadable")


def from_our_proxy(address: str) -> bool:
    parsed = read_address(address)  # a server that listens on both kinds says ::ffff:127.0.0.1
    return parsed is not None and any(parsed in network for network in settings.TRUSTED_PROXIES)


class SessionLimitsMiddleware:
    """End a session after 15 minutes without use or 8 hours in all (`SESSION_IDLE_MINUTES`, `SESSION_HOURS`)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if REALM_KEY in request.session:
            self._look(request, timezone.now())
        return self.get_response(request)

    def _look(self, request: HttpRequest, now: datetime) -> None:
        session = request.session
        seen, started = session.get("seen_at", 0), session.get("started_at", 0)
        idle = now.timestamp() - seen > settings.SESSION_IDLE.total_seconds() + SEEN_EVERY
        if idle or now.timestamp() - started > settings.SESSION_LIFE.total_seconds():
            staff = session[REALM_KEY] == STAFF_REALM
            session.flush()
            if not staff:
                messages.info(request, IDLE_NOTICE.format(int(settings.SESSION_IDLE.total_seconds() // 60)))
        elif now.timestamp() - seen > SEEN_EVERY:
            session["seen_at"] = int(now.timestamp())


class RealmMiddleware:
    """Every page is closed: the admin but for staff, the rest but for members, unless marked `login_not_required`."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        name = match.view_name if match else ""
        for told in BEFORE_PAGE:
            told(request, name)
        if self._must_change(request) and name not in OPEN_WHILE_MUST_CHANGE:
            return redirect("accounts:change_key")
        if match and match.namespace == "admin":
            return None  # backoffice.site asks for staff and second factor at each of its pages
        if not getattr(view, "login_required", True) or self._member_inside(request):
            return None
        return redirect("accounts:sign_in")

    def _member_inside(self, request: HttpRequest) -> bool:
        return request.session.get(REALM_KEY) == MEMBER_REALM and request.user.is_authenticated

    def _must_change(self, request: HttpRequest) -> bool:
        if not request.session.get("must_change"):
            return False
        if self._member_inside(request) and current_opening(request):
            return True
        request.session.flush()  # another browser opened the given key since, or it is used up
        return False


def current_opening(request: HttpRequest) -> bool:
    """Whether this must-change session is still the one its key has open."""
    key_id, opening = request.session.get("key_id", 0), request.session.get("opening", "-")
    key = select_one(AccessKey, "id = %s AND opening = %s", key_id, opening)
    return key is not None and key.works(timezone.now())
