"""Context processor: the cooperative's name, its help line, today's date, and when the member's session ends."""

from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import MEMBER_REALM, REALM_KEY


def portal(request: HttpRequest | None) -> dict[str, Any]:
    """Names used in templates: `entidad`, `telefono`, `horario`, `dominio`, `hoy` (the date in Bogotá) and `closes_at`."""
    return {
        "entidad": settings.COOP_NAME,
        "telefono": settings.COOP_PHONE,
        "horario": settings.COOP_HOURS,
        "dominio": settings.PORTAL_DOMAIN,
        "hoy": timezone.localdate(),
        "closes_at": cache(partial(closes_at, request)),  # called by the template: an error page must not read a session
    }


def closes_at(request: HttpRequest | None) -> datetime | None:
    """When this page's session ends; None for a page that is not behind the sign-in."""
    return session_end(request) if request and is_behind_sign_in(request) else None


def is_behind_sign_in(request: HttpRequest) -> bool:
    """Whether a member's session opened this page; the home page, the same for everyone, is never one."""
    match = request.resolver_match
    if match is None or match.namespace == "admin" or request.session.get(REALM_KEY) != MEMBER_REALM:
        return False
    return getattr(match.func, "login_required", True) or match.view_name == "accounts:change_key"


def session_end(request: HttpRequest) -> datetime:
    """When the member is signed out if this is the last page that they ask for."""
    now = timezone.now()
    started = datetime.fromtimestamp(request.session.get("started_at", now.timestamp()), UTC)
    return min(now + settings.SESSION_IDLE, started + settings.SESSION_LIFE)
