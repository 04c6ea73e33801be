"""Export of all data kept about one person, for requests under Ley 1581."""

from typing import Any

from django.db import models

from accounts.access_state import limits_of
from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Event
from audit.record import action, record, subject_of
from outbox.models import Job, Message
from ratelimits.models import RateLimit
from recovery.models import Attempt
from statements.models import Cutoff, Movement, Product, PublishedAccount

# Never exported, not even to the person: sealed values, digests of secrets, session keys.
SECRET = {
    "password", "sealed", "sealed_code", "digest", "opening", "browser", "epoch", "shown", "body", "lease", "mac", "subject",
    "search_name",
}  # fmt: skip


def everything_of(member: Member, *, by: Actor) -> dict[str, Any]:
    """All rows about one member, by their Spanish names; records the export as an event."""
    subject = subject_of(member.document)
    sets: dict[str, models.QuerySet[Any]] = {
        "asociado": Member.objects.filter(pk=member.pk),
        "claves": member.keys.all(),
        "dispositivos": member.devices.all(),
        "avisos": member.notices.all(),
        "cambios de contacto": member.contact_changes.all(),
        "datos que el núcleo no tiene": member.contact_overrides.all(),
        "recuperaciones": Attempt.objects.filter(document=member.document),
        "productos": Product.objects.filter(member=member),
        "saldos a fechas de corte": Cutoff.objects.filter(product__member=member),
        "cuentas en extractos": PublishedAccount.objects.filter(product__member=member),
        "movimientos": Movement.objects.filter(member=member),
        "correos": Message.objects.filter(subject=subject),
        "tareas": Job.objects.filter(subject=subject),
        "límites de intentos": RateLimit.objects.filter(pk__in=[limit.id for limit in limits_of(member)]),
        "eventos": Event.objects.filter(subject=subject).order_by("number"),
    }
    with action():  # one transaction: PgBouncer keeps a server-side cursor no longer
        record(Kind.DATA_EXPORTED, by=by, document=member.document)
        return {name: [_row(row) for row in rows.iterator()] for name, rows in sets.items()}


def _row(row: models.Model) -> dict[str, Any]:
    """The columns that hold no secret, by column name."""
    return {field.name: _value(field.value_from_object(row)) for field in row._meta.concrete_fields if field.name not in SECRET}


def _value(value: Any) -> Any:
    return value if isinstance(value, bool | int | dict | list | None) else str(value)
