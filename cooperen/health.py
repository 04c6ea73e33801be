"""Health check at `/salud/`: `ok` or `mal` per part. No figures, because they would reveal the effect of a stranger's
request."""

from collections.abc import Callable
from functools import lru_cache

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from audit.chain import START
from audit.models import Event, Head
from outbox.lateness import nothing_goes_out


def database_answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return cursor.fetchone() == (1,)


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
    """Whether each part is healthy; none is if the database does not answer."""
    return {name: _healthy(check) for name, check in PARTS.items()}


def _healthy(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except DatabaseError:
        return False


@login_not_required
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    found = check_parts()
    words = {name: "ok" if healthy else "mal" for name, healthy in found.items()}
    return JsonResponse(words, status=200 if all(found.values()) else 503)
