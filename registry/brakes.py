"""What a members file may not do to many without `--yes`, one row a kind (the rule is `common/files/brakes.py`)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import Count, Q

from accounts.models import Member
from common.files.brakes import Change

DATES = ("birth_date", "issue_date", "joined_on")
HELD = "detendría la recuperación de {} de {} asociados activos"


class Brake(NamedTuple):
    """Members whose value in one of `fields` would be replaced or emptied, of those who have one."""

    name: str
    fields: tuple[str, ...]
    line: str  # of the report
    sentence: str


BRAKES = (
    Brake("names", ("first_names", "last_names"), "nombres cambiados", "cambiaría el nombre de {} de {} asociados"),
    Brake("types", ("document_type",), "tipos de documento cambiados", "cambiaría el tipo de documento de {} de {} asociados"),
    Brake("births", ("birth_date",), "fechas de nacimiento cambiadas", "cambiaría {} de {} fechas de nacimiento"),
    Brake("issues", ("issue_date",), "fechas de expedición cambiadas", "cambiaría {} de {} fechas de expedición"),
    Brake("emails", ("email",), "correos cambiados", "cambiaría {} de {} correos"),
    Brake("phones", ("mobile", "landline"), "asociados con teléfono cambiado", "cambiaría teléfonos de {} de {} asociados"),
    Brake("addresses", ("address",), "direcciones cambiadas", "cambiaría {} de {} direcciones"),
    Brake("cities", ("city",), "ciudades cambiadas", "cambiaría la ciudad de {} de {} asociados"),
    Brake("branches", ("branch",), "agencias cambiadas", "cambiaría la agencia de {} de {} asociados"),
    Brake("joined", ("joined_on",), "fechas de afiliación cambiadas", "cambiaría {} de {} fechas de afiliación"),
)
STATES = {  # name: (state before, state after, line, sentence)
    "retired": ("active", "retired", "retirados", "retiraría a {} de {} asociados"),
    "returned": ("retired", "active", "reactivados", "reactivaría a {} de {} retirados"),
}
LINES = {name: line for name, (*_, line, _) in STATES.items()} | {brake.name: brake.line for brake in BRAKES}
ALWAYS_TOLD = ("retired", "emails", "phones")  # lines of the report that are there even when they are 0


def counts_before() -> dict[str, int]:
    """How many members of the registry have a value of each kind, and `members`, all of them; one query."""
    counts: dict[str, Any] = {brake.name: Count("pk", filter=_has_value(brake)) for brake in BRAKES}
    counts |= {name: Count("pk", filter=Q(status=before)) for name, (before, *_) in STATES.items()}
    return Member.objects.filter(in_registry=True).aggregate(members=Count("pk"), **counts)


def _has_value(brake: Brake) -> Q:
    empty = Q()
    for field in brake.fields:
        empty &= Q(**({f"{field}__isnull": True} if field in DATES else {field: ""}))
    return ~empty


def changes_of(totals: Mapping[str, int], before: Mapping[str, int]) -> list[Change]:
    """The counts of a file beside those of the registry before it."""
    changes = [Change(totals[name], before[name], sentence) for name, (*_, sentence) in STATES.items()]
    changes += [Change(totals[brake.name], before[brake.name], brake.sentence) for brake in BRAKES]
    return [*changes, Change(totals["held"], before["retired"], HELD)]  # those who are active
