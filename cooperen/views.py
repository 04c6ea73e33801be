"""The home page and the error pages."""

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from cooperen import context

HOME_AGE = 300  # seconds that browsers and proxies may cache the home page


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home page, the same bytes for everyone; `?salio=1` confirms signing out."""
    response = render(request, "cooperen/home.html", {"left": request.GET.get("salio") == "1"})
    # With a session the response may renew its cookie, which no proxy may cache.
    who = "private" if settings.SESSION_COOKIE_NAME in request.COOKIES else "public"
    patch_cache_control(response, **{who: True}, max_age=HOME_AGE)
    return response


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """`/privacidad/`: the data-protection notice, from the settings."""
    names = ("version", "date", "responsible", "contact", "authorization")
    notice = {name: getattr(settings, f"DATA_NOTICE_{name.upper()}") for name in names}
    return render(request, "cooperen/privacy.html", {"about": {**notice, "text": settings.DATA_NOTICE}})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """`/accesibilidad/`: what works, what is missing, where to ask."""
    return render(request, "cooperen/accessibility.html", {"contact": settings.DATA_NOTICE_CONTACT})


def error_page(status: int, title: str, text: str) -> HttpResponse:
    """An error page that needs neither session nor database, because they may be the failure."""
    page = render_to_string("error.html", {**context.portal(None), "title": title, "text": text})
    response = HttpResponse(page, status=status)
    patch_cache_control(response, no_store=True)
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(400, "No pudimos leer lo que envió", "Vuelva a abrir la página e intente de nuevo.")


@login_not_required
def page_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or from another session (CSRF)."""
    return error_page(403, "Pasó mucho tiempo y cerramos esta página", "Empiece otra vez.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(403, "Esta página no está abierta para usted", "Vuelva al inicio e intente de nuevo.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return error_page(404, "No encontramos esta página", "Revise la dirección o vuelva al inicio.")


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 if the error being handled says that the database does not answer, so that a balancer asks another node."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    text = f"Intente más tarde o llame al {settings.COOP_PHONE}."
    return error_page(503 if away else 500, "Hay un problema con el servicio", text)
