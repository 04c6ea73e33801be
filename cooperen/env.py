"""Read settings from the environment; a missing or invalid value raises ImproperlyConfigured and says how to fix it.

django-environ parses urls (database, cache, mail); values it would accept silently (an unknown word for a boolean,
a key of the wrong length) are refused here.
"""

import ipaddress
import os
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NoReturn

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from cooperen import env_file

MAKE_KEY = 'python3 -c "import base64,os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())"'
SECRETS = ("SECRET_KEY", "KEY_SEALS", "DIGEST_KEY", "DECOY_KEY", "AUDIT_KEY", "DATABASE_URL", "CACHE_URL", "EMAIL_URL")
READ = set[str]()  # the names that settings read
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
HOST = re.compile(r"(?=.{1,253}(?::|$))[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+(?::\d{1,5})?")
ON = {"on", "true", "yes", "1"}
OFF = {"off", "false", "no", "0"}


def text(name: str, default: str | None = None) -> str:
    """The value of `name`, stripped; ImproperlyConfigured when it is required (no default) and missing."""
    READ.add(name)
    value = _of_file(name) or os.environ.get(name, "").strip()
    if CONTROL.search(value):
        refuse(name, f"{name} lleva un salto de línea u otro carácter que no se ve.")
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"Falta {name}. Escríbalo en {env_file.path()}; .env.example dice qué es y cómo se hace.")
    return default


def _of_file(name: str) -> str:
    """The content of the file that `NAME_FILE` names, without its last line break, for the names in `SECRETS`."""
    given = os.environ.get(f"{name}_FILE", "") if name in SECRETS else ""
    if not given:
        return ""
    if os.environ.get(name):
        refuse(name, f"Están {name} y {name}_FILE. Deje uno solo.")
    try:
        return Path(given).read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"No se puede leer {given}, que nombra {name}_FILE. Mire la ruta y los permisos.") from error


def refuse(name: str, sentence: str, cause: Exception | None = None) -> NoReturn:
    """Raise ImproperlyConfigured with the sentence and the place where `name` was read."""
    raise ImproperlyConfigured(f"{sentence}{env_file.place_of(name)}") from cause


def refuse_unknown() -> None:
    """Raise ImproperlyConfigured if the file holds a name that no setting read. To be called after the last one."""
    env_file.refuse_unknown(READ | {f"{name}_FILE" for name in SECRETS})


def on_off(name: str, default: bool) -> bool:
    """A boolean: `on` or `off` (also true/false, yes/no, 1/0). Like all readers here, raises ImproperlyConfigured otherwise."""
    value = text(name, "on" if default else "off").lower()
    if value not in ON | OFF:
        refuse(name, f"{name} debe ser «on» u «off», y dice «{value}».")
    return value in ON


def integer(name: str, default: int, least: int, most: int) -> int:
    """An integer from `least` to `most` inclusive."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        refuse(name, f"{name} debe ser un número entero entre {least} y {most}, y dice «{value}».")
    return int(value)


def domain(name: str, default: str) -> str:
    """A host name, with a port if it is not 443: no scheme, no path."""
    value = text(name, default).lower()
    if not HOST.fullmatch(value):
        refuse(name, f"{name} debe ser solo el nombre, por ejemplo www.cooperen.com, y dice «{value}».")
    return value


def email(name: str, default: str) -> str:
    """An e-mail address, nothing else."""
    value = text(name, default)
    try:
        validate_email(value)
    except ValidationError as error:
        refuse(name, f"{name} debe ser una dirección como no-responder@cooperen.com, y dice «{value}».", error)
    return value


def hosts(name: str) -> list[str]:
    """Host names or addresses, as ALLOWED_HOSTS takes them: no scheme, no path, no port."""
    found = names(name)
    for item in found:
        if re.search(r"[/\s]|:\d+$", item) and not item.startswith("["):
            refuse(name, f"{name} lleva nombres sin https://, sin puerto y sin barras, y dice «{item}».")
    return found


def parsed(name: str, default: str, parse: Callable[[str], str]) -> str:
    """What `parse` makes of the value; its ImproperlyConfigured gets the place where the value was read."""
    try:
        return parse(text(name, default))
    except ImproperlyConfigured as error:
        refuse(name, str(error), error)


def day(name: str) -> date | None:
    """A date as AAAA-MM-DD; None if the setting is empty."""
    value = text(name, "")
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        refuse(name, f"{name} debe ser una fecha como 2026-11-28, y dice «{value}».", error)


def duration(name: str, default: timedelta, unit: str, least: int = 1, most: int = 100_000) -> timedelta:
    """A duration, written as a whole number of `unit` (`seconds`, `minutes`, `hours` or `days`)."""
    amount = integer(name, int(default / timedelta(**{unit: 1})), least, most)
    return timedelta(**{unit: amount})


def choice(name: str, default: str, allowed: Iterable[str]) -> str:
    """One of the `allowed` words."""
    value = text(name, default)
    if value not in set(allowed):
        refuse(name, f"{name} debe ser uno de {', '.join(allowed)}, y dice «{value}».")
    return value


def names(name: str, default: str | None = None) -> list[str]:
    """A comma-separated list without empty items."""
    found = [item.strip() for item in text(name, default).split(",") if item.strip()]
    if default is None and not found:
        refuse(name, f"{name} está vacío. Escríbalo en el archivo .env; .env.example dice qué es.")
    return found


def fernet_key(name: str, value: str | None = None) -> str:
    """A Fernet key: 32 bytes in url-safe base64, 44 characters."""
    value = text(name) if value is None else value
    try:
        long_enough = len(urlsafe_b64decode(value.encode())) == 32
    except ValueError:
        long_enough = False
    if not long_enough:
        refuse(name, f"{name} no tiene la forma de una llave (44 letras). Haga una con: {MAKE_KEY}")
    return value


def fernet_keys(name: str) -> list[str]:
    """The key ring, newest first; at least one key."""
    return [fernet_key(name, value) for value in names(name)]


def networks(name: str) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """A comma-separated list of addresses or networks."""
    try:
        return [ipaddress.ip_network(item, strict=False) for item in names(name, "")]
    except ValueError as error:
        refuse(name, f"{name} lleva direcciones o redes separadas por comas: {error}", error)


def database(name: str) -> dict[str, Any]:
    """The `DATABASES` entry of a url; SQLite and PostgreSQL only."""
    found = url_setting(name, "db_url_config")
    if found.get("ENGINE") not in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
        refuse(name, f"{name} debe empezar por postgres:// o sqlite:///. Mire los ejemplos de .env.example.")
    return found


def cache(name: str, default: str) -> dict[str, Any]:
    """The `CACHES` entry of a url: Redis or process memory. Values are JSON, because unpickling can run code."""
    found = url_setting(name, "cache_url_config", default)
    kind = found.get("BACKEND", "").rpartition(".")[2]
    if kind not in ("RedisCache", "LocMemCache"):
        refuse(name, f"{name} debe empezar por redis://, rediss:// o locmemcache://. Mire .env.example.")
    if kind == "RedisCache":
        found.setdefault("OPTIONS", {})["serializer"] = "django.core.signing.JSONSerializer"
        found.setdefault("KEY_PREFIX", "cooperen")
    return found


def url_setting(name: str, reader: str, default: str | None = None) -> dict[str, Any]:
    """DATABASE_URL, CACHE_URL or EMAIL_URL parsed by django-environ's `reader` (`db_url_config`, …)."""
    try:
        return getattr(environ.Env, reader)(text(name, default))
    except (ImproperlyConfigured, ValueError, KeyError) as error:
        refuse(name, f"{name} no se entiende. Mire los ejemplos de .env.example. ({error})", error)
