"""The list of events: the whole trail, newest first, with its filters and its CSV."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path, reverse
from django.utils.html import format_html

from audit.kinds import Kind, Outcome
from audit.models import Event
from audit.record import record
from backoffice.lists import ChoiceFilter, DayFilter, DocumentFilter, Filter, OfficeList
from backoffice.roles import actor_of
from backoffice.trail_export import trail_csv
from backoffice.wording import details_words, moment_text, who_words


class KindFilter(ChoiceFilter):
    title, parameter_name, column, options = "evento", "tipo", "kind", Kind.choices


class OutcomeFilter(ChoiceFilter):
    title, parameter_name, column, options = "resultado", "resultado", "outcome", Outcome.choices


class ActorFilter(Filter):
    title, parameter_name, widget = "quién (documento)", "quien", "text"

    def narrow(self, queryset: QuerySet[Event], value: str) -> QuerySet[Event]:
        return queryset.filter(actor=value[:60])


class EventList(OfficeList):
    view = "audit.view_event"
    label = "Eventos"
    intro = "Todo lo que pasó, en orden. Nadie puede cambiarlo ni borrarlo."
    list_display = ("number", "moment", "kind", "outcome", "who", "whom", "network", "more")
    list_filter = (KindFilter, OutcomeFilter, DayFilter, ActorFilter, DocumentFilter)
    ordering = ("-number",)
    sortable_by = ()

    def more_urls(self, name: str) -> list[Any]:
        return [path("csv/", self.admin_site.admin_view(self.export), name=f"{name}_csv")]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        export = reverse("admin:audit_event_csv") if request.user.has_perm("backoffice.export_trail") else ""
        return super().changelist_view(request, {"export": f"{export}?{request.GET.urlencode()}" if export else ""})

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Within a day, order by time, whose index finds the day; by number PostgreSQL would scan the trail up to it."""
        return ("-at", "-number") if request.GET.get("dia") else ("-number",)

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """All filtered events as CSV; records the export as an event."""
        if not request.user.has_perm("backoffice.export_trail"):
            raise PermissionDenied
        whole = request.GET.copy()
        whole.pop("p", None)  # export all pages
        request.GET = whole  # type: ignore[assignment]
        events = self.get_changelist_instance(request).get_queryset(request)
        record(Kind.TRAIL_EXPORTED, by=actor_of(request))
        return trail_csv(events)

    @admin.display(description="cuándo")
    def moment(self, event: Event) -> str:
        return moment_text(event.at)

    @admin.display(description="quién")
    def who(self, event: Event) -> str:
        return who_words(event)

    @admin.display(description="sobre")
    def whom(self, event: Event) -> str:
        return member_link(event.subject, f"…{event.subject_tail}") if event.subject_tail else ""

    @admin.display(description="detalles")
    def more(self, event: Event) -> str:
        return details_words(event)


def member_link(subject: str, text: str) -> str:
    """A link to the member's card. It resolves when pressed, because the row has only a digest of the document."""
    return format_html('<a href="{}">{}</a>', reverse("admin:accounts_member_of", args=[subject]), text)
