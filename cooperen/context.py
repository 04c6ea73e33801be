"""Context processor: the cooperative's name, its help line, and today's date."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone


def portal(request: HttpRequest | None) -> dict[str, Any]:
    """Names used in templates: `entidad`, `telefono`, `horario`, `dominio` and `hoy`, the date in Bogotá."""
    return {
        "entidad": settings.COOP_NAME,
        "telefono": settings.COOP_PHONE,
        "horario": settings.COOP_HOURS,
        "dominio": settings.PORTAL_DOMAIN,
        "hoy": timezone.localdate(),
    }
