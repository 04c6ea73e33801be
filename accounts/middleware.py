"""Middleware: client address, session limits, and access by realm."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts.models import MEMBER_REALM, REALM_KEY, STAFF_REALM, AccessKey
from common.network_addresses import read_address
from common.sql.select import select_one
from ratelimits.unreadable_addresses import note_unread

# Called before every view, with its url name: other apps register what to do when a browser moves to another page.
BEFORE_PAGE: list[Callable[[HttpRequest, str], None]] = []
GetResponse = Callable[[HttpRequest], HttpResponse]
# Views open to a session that must change its key: the change, sign-out, and pages that are the same for all.
OPEN_WHILE_MUST_CHANGE = {"accounts:change_key", "accounts:leave", "home", "privacy", "accessibility", "health", "alive"}
IDLE_NOTICE = "Por seguridad cerramos su consulta tras {} minutos sin uso. Ingrese de nuevo."
SEEN_EVERY = 60  # seconds between two saves of `seen_at`: saving it at each request would cost a write per page


class ClientAddressMiddleware:
    """Trust `X-Forwarded-For` and `-Proto` only from `TRUSTED_PROXIES`; the client is the last address before them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        trusted = from_our_proxy(request.META.get("REMOTE_ADDR", ""))
        forwarded = self._read_forwarded(request) if trusted else True
        if request.method == "POST":  # only these charge a network; health checks through a proxy may send no address
            self._note_missing(request, forwarded)
        return self.get_response(request)

    def _read_forwarded(self, request: HttpRequest) -> bool:
        """Set address and scheme from the proxy's headers; whether there was an address."""
        forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        while len(forwarded) > 1 and from_our_proxy(forwarded[-1]):
            forwarded.pop()
        if forwarded:
            request.META["REMOTE_ADDR"] = str(read_address(forwarded[-1]) or forwarded[-1])
        if request.META.get("HTTP_X_FORWARDED_PROTO") == "https":
            request.META["wsgi.url_scheme"] = "https"
        return bool(forwarded)

    def _note_missing(self, request: HttpRequest, forwarded: bool) -> None:
        if not forwarded:
            note_unread("no header")
        elif read_address(request.META.get("REMOTE_ADDR", "")) is None:
            note_unread("unreadable")


def from_our_proxy(address: str) -> bool:
    parsed = read_address(address)  # a dual-stack server reports ::ffff:127.0.0.1
    return parsed is not None and any(parsed in network for network in settings.TRUSTED_PROXIES)


class SessionLimitsMiddleware:
    """End a session after 15 minutes idle or 8 hours in total (`SESSION_IDLE_MINUTES`, `SESSION_HOURS`)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if REALM_KEY in request.session:
            self._enforce(request, timezone.now())
        return self.get_response(request)

    def _enforce(self, request: HttpRequest, now: datetime) -> None:
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
    """Restrict the admin to staff and every other page to members, unless it is marked `login_not_required`."""

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
        for listener in BEFORE_PAGE:
            listener(request, name)
        if self._must_change(request) and name not in OPEN_WHILE_MUST_CHANGE:
            return redirect("accounts:change_key")
        if match and match.namespace == "admin":
            return None  # backoffice.site checks staff and second factor at each of its pages
        if not getattr(view, "login_required", True) or self._is_member(request):
            return None
        return redirect("accounts:sign_in")

    def _is_member(self, request: HttpRequest) -> bool:
        return request.session.get(REALM_KEY) == MEMBER_REALM and request.user.is_authenticated

    def _must_change(self, request: HttpRequest) -> bool:
        if not request.session.get("must_change"):
            return False
        if self._is_member(request) and current_opening(request):
            return True
        request.session.flush()  # the issued key has ended, or another browser signed in with it since
        return False


def current_opening(request: HttpRequest) -> bool:
    """Whether this must-change session is the latest one that its issued key opened."""
    key_id, opening = request.session.get("key_id", 0), request.session.get("opening", "-")
    key = select_one(AccessKey, "id = %s AND opening = %s", key_id, opening)
    return key is not None and key.works(timezone.now())
