"""Read settings from the environment; a missing or invalid value raises ImproperlyConfigured and says how to fix it.

django-environ parses urls (database, cache, mail); values it would accept silently (an unknown word for a boolean,
a key of the wrong length) are refused here.
"""

import ipaddress
import os
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

MAKE_KEY = 'python3 -c "import base64,os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
ON = {"on", "true", "yes", "1"}
OFF = {"off", "false", "no", "0"}


def text(name: str, default: str | None = None) -> str:
    """The value of `name`, stripped; ImproperlyConfigured when it is required (no default) and missing."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"Falta {name}. Escríbalo en el archivo .env; .env.example dice qué es y cómo se hace.")
    return default


def on_off(name: str, default: bool) -> bool:
    """A boolean: `on` or `off` (also true/false, yes/no, 1/0). Like all readers here, raises ImproperlyConfigured otherwise."""
    value = text(name, "on" if default else "off").lower()
    if value not in ON | OFF:
        raise ImproperlyConfigured(f"{name} debe ser «on» u «off», y dice «{value}».")
    return value in ON


def integer(name: str, default: int, least: int, most: int) -> int:
    """An integer from `least` to `most` inclusive."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} debe ser un número entero entre {least} y {most}, y dice «{value}».")
    return int(value)


def duration(name: str, default: timedelta, unit: str, least: int = 1, most: int = 100_000) -> timedelta:
    """A duration, written as a whole number of `unit` (`seconds`, `minutes`, `hours` or `days`)."""
    amount = integer(name, int(default / timedelta(**{unit: 1})), least, most)
    return timedelta(**{unit: amount})


def choice(name: str, default: str, allowed: Iterable[str]) -> str:
    """One of the `allowed` words."""
    value = text(name, default)
    if value not in set(allowed):
        raise ImproperlyConfigured(f"{name} debe ser uno de {', '.join(allowed)}, y dice «{value}».")
    return value


def names(name: str, default: str | None = None) -> list[str]:
    """A comma-separated list without empty items."""
    found = [item.strip() for item in text(name, default).split(",") if item.strip()]
    if default is None and not found:
        raise ImproperlyConfigured(f"{name} está vacío. Escríbalo en el archivo .env; .env.example dice qué es.")
    return found


def fernet_key(name: str, value: str | None = None) -> str:
    """A Fernet key: 32 bytes in url-safe base64, 44 characters."""
    value = text(name) if value is None else value
    try:
        long_enough = len(urlsafe_b64decode(value.encode())) == 32
    except ValueError:
        long_enough = False
    if not long_enough:
        raise ImproperlyConfigured(f"{name} no tiene la forma de una llave (44 letras). Haga una con: {MAKE_KEY}")
    return value


def fernet_keys(name: str) -> list[str]:
    """The key ring, newest first; at least one key."""
    return [fernet_key(name, value) for value in names(name)]


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """A comma-separated list of addresses or networks."""
    try:
        return [ipaddress.ip_network(item, strict=False) for item in names(name, "")]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} lleva direcciones o redes separadas por comas: {error}") from error


def database(name: str) -> dict[str, Any]:
    """The `DATABASES` entry of a url; SQLite and PostgreSQL only."""
    found = url_setting(name, "db_url_config")
    if found.get("ENGINE") not in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
        raise ImproperlyConfigured(f"{name} debe empezar por postgres:// o sqlite:///. Mire los ejemplos de .env.example.")
    return found


def cache(name: str, default: str) -> dict[str, Any]:
    """The `CACHES` entry of a url: Redis or process memory. Values are JSON, because unpickling can run code."""
    found = url_setting(name, "cache_url_config", default)
    kind = found.get("BACKEND", "").rpartition(".")[2]
    if kind not in ("RedisCache", "LocMemCache"):
        raise ImproperlyConfigured(f"{name} debe empezar por redis://, rediss:// o locmemcache://. Mire .env.example.")
    if kind == "RedisCache":
        found.setdefault("OPTIONS", {})["serializer"] = "django.core.signing.JSONSerializer"
        found.setdefault("KEY_PREFIX", "cooperen")
    return found


def url_setting(name: str, reader: str, default: str | None = None) -> dict[str, Any]:
    """DATABASE_URL, CACHE_URL or EMAIL_URL parsed by django-environ's `reader` (`db_url_config`, …)."""
    try:
        return getattr(environ.Env, reader)(text(name, default))
    except (ImproperlyConfigured, ValueError, KeyError) as error:
        raise ImproperlyConfigured(f"{name} no se entiende. Mire los ejemplos de .env.example. ({error})") from error
