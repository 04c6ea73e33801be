"""System checks for settings that would weaken the portal; `doctor` repeats them for operators."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

# The order matters: the client address before rate limits, the session before the realm, the realm before any view.
MIDDLEWARE_ORDER = [
    "accounts.middleware.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "cooperen.policy.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionLimitsMiddleware",
    "accounts.middleware.RealmMiddleware",
]
SMALLEST_TRUSTED = {4: 8, 6: 16}  # prefix lengths; a wider network would trust the internet, not our proxies


@register(Tags.security)
def wiring(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Errors when a middleware is missing or out of order, or sessions are stored elsewhere."""
    present = [name for name in settings.MIDDLEWARE if name in MIDDLEWARE_ORDER]
    found: list[CheckMessage] = []
    if present != MIDDLEWARE_ORDER:
        found.append(Error("A MIDDLEWARE le falta una defensa o está en otro orden.", id="cooperen.E001"))
    if settings.SESSION_ENGINE != "accounts.sessions":
        found.append(Error("SESSION_ENGINE debe ser accounts.sessions: guarda solo huellas.", id="cooperen.E002"))
    return found


@register(Tags.security, deploy=True)
def environment(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warnings for environment settings that weaken a security property."""
    return list(_weak())


def _weak() -> Iterator[CheckMessage]:
    if not settings.HTTPS:
        yield Warning("HTTPS está en off: claves y sesiones viajan a la vista.", hint="HTTPS=on", id="cooperen.W001")
    if settings.DEBUG:
        yield Warning("DEBUG está en on: un error muestra el interior del portal.", hint="DEBUG=off", id="cooperen.W002")
    if "*" in settings.ALLOWED_HOSTS:
        yield Warning("ALLOWED_HOSTS acepta cualquier nombre.", hint="Escriba los nombres del portal.", id="cooperen.W003")
    if any(network.prefixlen < SMALLEST_TRUSTED[network.version] for network in settings.TRUSTED_PROXIES):
        yield Warning("TRUSTED_PROXIES abarca demasiado: cualquiera podría decir otra dirección.", id="cooperen.W004")
    yield from _placeholders()
    secrets = [settings.SECRET_KEY, *settings.KEY_SEALS, settings.DIGEST_KEY, settings.DECOY_KEY, settings.AUDIT_KEY]
    if len(set(secrets)) < len(secrets):
        yield Warning("Dos secretos son iguales: cada uno debe ser propio.", id="cooperen.W005")
    if not settings.AUDIT_ANCHORS:
        yield Warning(
            "AUDIT_ANCHORS está vacío: una cola cortada de la auditoría no se notaría.",
            hint="Ponga un archivo en otro disco y corra manage.py anchor_audit cada día.",
            id="cooperen.W006",
        )


def _placeholders() -> Iterator[CheckMessage]:
    """Warnings for values of the example file that an installation forgot to replace."""
    if "5550100" in "".join(filter(str.isdigit, settings.COOP_PHONE)):
        yield Warning("COOP_PHONE es el teléfono de ejemplo.", hint="Escriba el de la cooperativa.", id="cooperen.W007")
    if settings.PORTAL_HOST not in settings.ALLOWED_HOSTS and "*" not in settings.ALLOWED_HOSTS:
        yield Warning(
            f"PORTAL_DOMAIN ({settings.PORTAL_HOST}) no está en ALLOWED_HOSTS.",
            hint="Los correos nombran esa dirección y el portal no la contesta. Escriba en los dos el nombre del portal.",
            id="cooperen.W008",
        )
