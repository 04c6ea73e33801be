"""The list of active members who cannot recover by questions, with the reasons, the counts by branch, and a CSV."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.models import Member
from audit.kinds import Kind
from audit.record import record
from backoffice.lists import ChoiceFilter, OfficeList
from backoffice.masks import mask_email
from backoffice.members import BranchFilter
from backoffice.roles import actor_of
from common.colombia.formats import thousands
from common.files.csv_download import csv_stream, in_batches
from recovery.coverage import REASONS, cannot_by_questions, counting, counts_by_reason, reason_holds, reasons_of
from recovery.models import Coverage

AT_ONCE = 2_000  # members per batch of the CSV
HEADER = ["documento", "nombre", "agencia", "causas"]
COLUMNS = (
    "Fecha",
    "Celular",
    "Fijo",
    "Dirección",
    "Correo",
    "Cambio reciente",
    "Bloqueo",
)  # `REASONS`, short enough for a table
COUNTING = "Se está revisando el registro. La lista queda completa en unos minutos."
NOT_COUNTED = "El registro no se ha revisado. Se revisa al iniciar el proceso de correo: manage.py worker."


class ReasonFilter(ChoiceFilter):
    title, parameter_name, options = "causa", "causa", list(REASONS.items())

    def narrow(self, queryset: QuerySet[Member], value: str) -> QuerySet[Member]:
        return queryset.filter(reason_holds(value, timezone.now())) if value in REASONS else queryset.none()


class CannotRecoverList(OfficeList):
    view = "accounts.view_member"
    label = "Sin preguntas de recuperación"
    intro = (
        "Asociados activos que hoy no pueden recuperar su clave con preguntas, y por qué. "
        "Quien tiene correo registrado puede pedirla por correo."
    )
    change_list_template = "backoffice/cannot_recover.html"
    list_display = ("document", "name", "branch", "reasons", "email_masked")
    list_filter = (ReasonFilter, BranchFilter)
    ordering = ("document",)
    sortable_by = ()

    def in_menu(self, request: HttpRequest) -> bool:
        return False  # its figure on the front page leads here

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return cannot_by_questions(self.model._default_manager.select_related("missing_facts"))

    def more_urls(self, name: str) -> list[Any]:
        return [path("csv/", self.admin_site.admin_view(self.export), name=f"{name}_csv")]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        export = reverse("admin:backoffice_cannotrecover_csv") if request.user.has_perm("backoffice.export_members") else ""
        export = f"{export}?{request.GET.urlencode()}" if export else ""
        context = {"export": export, "note": _note(), "columns": COLUMNS, "totals": _totals()}
        return super().changelist_view(request, context)

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """All filtered members as CSV, without contact data; records the export as an event."""
        if not request.user.has_perm("backoffice.export_members"):
            raise PermissionDenied
        whole = request.GET.copy()
        whole.pop("p", None)  # export all pages
        request.GET = whole  # type: ignore[assignment]
        members = self.get_changelist_instance(request).get_queryset(request)
        record(Kind.DATA_EXPORTED, by=actor_of(request), what="sin preguntas de recuperación")
        return csv_stream("sin-preguntas.csv", HEADER, map(_cells, in_batches(_by_document(members))))

    @admin.display(description="nombre")
    def name(self, member: Member) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:accounts_member_card", args=[member.pk]), member.full_name)

    @admin.display(description="causas")
    def reasons(self, member: Member) -> str:
        return _reasons_text(member)

    @admin.display(description="correo")
    def email_masked(self, member: Member) -> str:
        return mask_email(member.email)


def _note() -> str:
    """What the reader must know about the age of the list; "" when it is complete."""
    if counting():
        return COUNTING
    return "" if Coverage.objects.exists() else NOT_COUNTED


def _totals() -> list[dict[str, Any]]:
    """The counts of each branch and of all, as texts in the order of the columns."""
    unable = cannot_by_questions(Member.objects.all()).order_by()
    counts = counts_by_reason(timezone.now())
    branches = list(unable.values("branch").annotate(members=Count("pk"), **counts).order_by("branch"))
    names = ["members", *REASONS]
    if not branches:
        return []
    everywhere = {name: sum(row[name] for row in branches) for name in names} | {"branch": "Todas"}
    rows = [*branches, everywhere]
    return [{"name": row["branch"] or "Sin agencia", "counts": [thousands(row[name]) for name in names]} for row in rows]


def _by_document(members: QuerySet[Any]) -> Callable[[Any], list[Any]]:
    ordered = members.order_by("document")
    return lambda last: list((ordered.filter(document__gt=last.document) if last else ordered)[:AT_ONCE])


def _cells(member: Member) -> list[Any]:
    return [member.document, member.full_name, member.branch, _reasons_text(member)]


def _reasons_text(member: Member) -> str:
    return ", ".join(REASONS[reason] for reason in reasons_of(member, timezone.now()))
