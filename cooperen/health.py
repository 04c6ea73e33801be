"""Health check at `/salud/`: `ok` or `mal` per part.

It shows no figures, because they would reveal the effect of a stranger's request.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import F, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audit.chain import START
from audit.models import Event, Head
from outbox.lateness import nothing_goes_out
from outbox.models import Beat

LONGEST_ANSWER = 3  # seconds; `/salud/` answers within five, whatever the database does
WRITE_EVERY = 10  # seconds
_PROBE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="health")


class Written:
    """When this process last found the database writable: `until` (monotonic seconds) it does not try again."""

    until = 0.0


def database_answers() -> bool:
    """Whether the database answers within `LONGEST_ANSWER` and takes a write."""
    if connection.vendor == "postgresql" and not _answers_in_time(_PROBE.submit(_ask, connection.get_connection_params())):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if time.monotonic() >= Written.until:
        with _short_wait():
            _write()
        Written.until = time.monotonic() + WRITE_EVERY
    return True


def _write() -> None:
    """Write a row again as it is: only a write shows a full disk or a lock."""
    with transaction.atomic():
        Beat.objects.filter(name="worker").update(at=F("at"))


@contextmanager
def _short_wait() -> Iterator[None]:
    """Let SQLite wait for its one writer no longer than a health check may take."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = connection.settings_dict["OPTIONS"].get("timeout", 5)
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout={LONGEST_ANSWER * 1000}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout={usual * 1000}")


def _answers_in_time(probe: Future[bool]) -> bool:
    """Wait for the probe in its thread: a database that hangs keeps the connection open and answers nothing."""
    try:
        return probe.result(LONGEST_ANSWER)
    except (TimeoutError, psycopg.Error):
        probe.cancel()
        return False


def _ask(parameters: dict[str, Any]) -> bool:
    """Ask over a connection of its own: those of the pool may all wait for the same server."""
    own = {name: value for name, value in parameters.items() if name not in ("cursor_factory", "context", "pool")}
    with psycopg.connect(**own) as asking:
        row = asking.execute("SELECT current_setting('transaction_read_only')").fetchone()
    return row == ("off",)


def nothing_to_migrate() -> bool:
    return not missing_migrations()


def missing_migrations() -> set[tuple[str, str]]:
    """Migrations of this code that are not applied."""
    return set(_migrations_of_code()) - set(MigrationRecorder(connection).applied_migrations())


@lru_cache(maxsize=1)
def _migrations_of_code() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def mail_goes_out() -> bool:
    return not nothing_goes_out()


def head_is_right() -> bool:
    """Whether the head row matches the newest event; one statement, so no lock is needed."""
    newest = Event.objects.order_by("-number")[:1]
    own = Event.objects.filter(number=OuterRef("number"))
    head = Head.objects.annotate(newest=Subquery(newest.values("number")), own_mac=Subquery(own.values("mac"))).first()
    return head is not None and (head.newest or 0, head.own_mac or START) == (head.number, head.mac)


PARTS: dict[str, Callable[[], bool]] = {
    "base_de_datos": database_answers,
    "migraciones": nothing_to_migrate,
    "correo": mail_goes_out,
    "auditoria": head_is_right,
}


def check_parts() -> dict[str, bool]:
    """Whether each part is healthy; if the database does not answer, none is, and the others are not asked."""
    answers = _healthy(database_answers)
    return {name: answers and (check is database_answers or _healthy(check)) for name, check in PARTS.items()}


def _healthy(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except DatabaseError:
        return False


class HealthMiddleware:
    """Answer health checks before anything asks for the host, the session or the member.

    A balancer names the machine by its address, which ALLOWED_HOSTS does not hold.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = {"/salud/": health, "/salud/vivo/": alive}.get(request.path_info)
        return never_cache(view)(request) if view else self.get_response(request)


@login_not_required
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """`/salud/vivo/`: 200 while this process answers; it asks nothing else."""
    return JsonResponse({"proceso": "ok"})


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    found = check_parts()
    words = {name: "ok" if healthy else "mal" for name, healthy in found.items()}
    return JsonResponse(words, status=200 if all(found.values()) else 503)
