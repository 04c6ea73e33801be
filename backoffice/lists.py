"""What every list of the office shares: read-only, 25 rows, filters in one form, and never a count over a large table."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.functional import cached_property

from audit.record import subject_of
from backoffice.daily_counts import start_of
from common.colombia.documents import BadDocument, clean_document

ROWS = 25
MOST = 1_000  # rows a list pages through; beyond that, staff search


class CappedPaginator(Paginator):
    """Counts no further than `MOST`: counting a million rows costs more than showing 25."""

    @cached_property
    def count(self) -> int:
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        return len(rows.order_by().values_list("pk")[:MOST])


class Filter(admin.SimpleListFilter):
    """A filter of our form: `widget` is `select`, `date` or `text`; a value that is none is said, and finds nothing."""

    template = "admin/filter.html"
    widget = "select"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return [("-", "-")]  # Django leaves out a filter without choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = (self.value() or "").strip()
        if "\0" in value:  # PostgreSQL's texts have no NUL
            return queryset.none()
        return self.narrow(queryset, value) if value else queryset

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Rows that match a value somebody typed or chose."""
        raise NotImplementedError


class ChoiceFilter(Filter):
    """A filter on a column with choices."""

    column = ""
    options: Iterable[tuple[str, str]] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        return list(self.options)

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        known = {str(option) for option, _ in self.options}
        return queryset.filter(**{self.column: value}) if value in known else queryset.none()


class DayFilter(Filter):
    """One day in Bogotá, on a column of moments."""

    title, parameter_name, widget = "día", "dia", "date"
    column = "at"

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        try:
            day = dt.date.fromisoformat(value)
            since, until = start_of(day), start_of(day + dt.timedelta(days=1))
        except (ValueError, OverflowError):
            return queryset.none()
        return queryset.filter(**{f"{self.column}__gte": since, f"{self.column}__lt": until})


class DocumentFilter(Filter):
    """One document: in `column`, or with no column as the digest that the row keeps."""

    title, parameter_name, widget = "documento", "documento", "text"
    column = ""

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        try:
            document = clean_document(value)
        except BadDocument:
            return queryset.none()
        return queryset.filter(**({self.column: document} if self.column else {"subject": subject_of(document)}))


class OfficeList(admin.ModelAdmin):
    """A list nobody edits. `view` is the permission that opens it; the menu shows what opens."""

    view = ""
    label = ""
    intro = ""
    list_per_page = ROWS
    list_max_show_all = 0
    show_full_result_count = False
    list_display_links = None
    paginator = CappedPaginator
    actions: Any = None
    empty_value_display = "–"

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        return [path("", self.admin_site.admin_view(self.changelist_view), name=f"{name}_changelist"), *self.more_urls(name)]

    def more_urls(self, name: str) -> list[Any]:
        """Pages beside the list."""
        return []

    def in_menu(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @property
    def changelist_name(self) -> str:
        """The list's url name, for the menu."""
        return f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(self.view)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        known = {"q", "p", *self._parameters()}
        kept = request.GET.copy()
        for name in set(kept) - known:  # an old or mistyped address still shows its list
            del kept[name]
        request.GET = kept  # type: ignore[assignment]
        context = {"heading": self.label, "intro": self.intro, **(extra_context or {})}
        return super().changelist_view(request, context)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup in self._parameters()  # no column is looked up by address

    def _parameters(self) -> set[str]:
        filters: Any = self.list_filter
        return {spec.parameter_name for spec in filters}
