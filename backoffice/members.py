"""The list of members, the member's card, and the pages of what can be done to one of them."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.access_state import AccessState, access_states
from accounts.models import AccessKey, Member
from backoffice.bulk import BULK
from backoffice.lists import ChoiceFilter, Filter
from backoffice.masks import mask_email
from backoffice.member_card import MemberCard, badge
from backoffice.search import find_members, paused_members
from backoffice.wording import moment_text

BRANCHES = """
WITH RECURSIVE branches(name) AS (
  SELECT MIN(branch) FROM accounts_member
  UNION ALL
  SELECT (SELECT MIN(branch) FROM accounts_member WHERE branch > branches.name) FROM branches WHERE branches.name IS NOT NULL
) SELECT name FROM branches WHERE name IS NOT NULL AND name <> ''"""


class AccessFilter(ChoiceFilter):
    """What the badges of the list say. Somebody with two keys is found by both."""

    title, parameter_name = "estado", "estado"
    options = [
        ("sin-clave", "Sin clave"),
        ("inicial", "Con clave inicial"),
        ("temporal", "Con clave temporal"),
        ("activa", "Con clave elegida"),
        ("vencida", "Con clave vencida"),
        ("pausa", "En pausa"),
        ("bloqueado", "Bloqueado"),
        ("retirado", "Retirado"),
    ]
    KINDS = {
        "activa": [AccessKey.Kind.CHOSEN],
        "inicial": [AccessKey.Kind.INITIAL],
        "temporal": [AccessKey.Kind.TEMPORARY, AccessKey.Kind.MAILED],
    }

    def narrow(self, queryset: QuerySet[Member], value: str) -> QuerySet[Member]:
        live = AccessKey.objects.live().filter(member=OuterRef("pk"))
        good = AccessKey.objects.working(timezone.now()).filter(member=OuterRef("pk"))
        expired = AccessKey.objects.live().filter(expires_at__lte=timezone.now())
        open_access = queryset.filter(blocked_at=None, status=Member.Status.ACTIVE)
        if value in self.KINDS:
            return queryset.filter(Exists(good.filter(kind__in=self.KINDS[value])))
        found = {
            "sin-clave": lambda: open_access.filter(~Exists(live)),
            "vencida": lambda: open_access.filter(~Exists(good), pk__in=expired.values("member")),
            "pausa": lambda: queryset.filter(pk__in=paused_members()),
            "bloqueado": lambda: queryset.filter(blocked_at__isnull=False),
            "retirado": lambda: queryset.filter(status=Member.Status.RETIRED),
        }
        return found.get(value, queryset.none)()


class BranchFilter(Filter):
    title, parameter_name = "agencia", "agencia"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        with connection.cursor() as cursor:  # the names alone, by hopping through the index: no scan of the members
            cursor.execute(BRANCHES)
            return [(name, name) for (name,) in cursor.fetchall()] or [("-", "-")]

    def narrow(self, queryset: QuerySet[Member], value: str) -> QuerySet[Member]:
        return queryset.filter(branch=value)


class MemberList(MemberCard):
    view = "accounts.view_member"
    label = "Asociados"
    list_display = ("document", "name", "access", "last_entry", "failures", "email_masked", "branch")
    list_filter = (AccessFilter, BranchFilter)
    search_fields = ("document",)
    search_help_text = "Documento o nombre (al menos 3 letras)"
    ordering = ("document",)
    actions = BULK

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        return Member.objects.filter(in_registry=True)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Member], search_term: str
    ) -> tuple[QuerySet[Member], bool]:
        return (find_members(queryset, search_term) if search_term else queryset), False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        offered: dict[str, Any] = super().get_actions(request)
        return {name: action for name, action in offered.items() if request.user.has_perm(action[0].permission)}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        missing = self._missing(request)
        if missing:
            messages.error(request, missing)
            return redirect(request.get_full_path())
        response = super().changelist_view(request, extra_context)
        changelist = getattr(response, "context_data", {}).get("cl")
        if changelist is None:
            return response
        if changelist.query and len(changelist.result_list) == 1 and request.method == "GET":
            return redirect("admin:accounts_member_card", changelist.result_list[0].pk)
        self._add_states(list(changelist.result_list))
        return response

    @staticmethod
    def _missing(request: HttpRequest) -> str:
        """What somebody left out who wanted something done to several; Django's own sentences say it in its words."""
        if request.method != "POST":
            return ""
        marked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if not marked or not all(number.isascii() and number.isdigit() and len(number) < 19 for number in marked):
            return "Marque al menos un asociado de la lista."
        return "" if request.POST.get("action") else "Elija qué hacer con los asociados marcados."

    def _add_states(self, rows: list[Member]) -> None:
        states = access_states(rows)
        for row in rows:
            row.access_state = states[row.pk]  # type: ignore[attr-defined]

    # --- columns ---

    @staticmethod
    def _state(member: Member) -> AccessState:
        return member.access_state  # type: ignore[attr-defined]

    @admin.display(description="nombre")
    def name(self, member: Member) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:accounts_member_card", args=[member.pk]), member.full_name)

    @admin.display(description="estado")
    def access(self, member: Member) -> str:
        return badge(self._state(member).state)

    @admin.display(description="último ingreso")
    def last_entry(self, member: Member) -> str:
        return moment_text(member.last_entry_at)

    @admin.display(description="intentos fallidos")
    def failures(self, member: Member) -> int:
        return self._state(member).situation.failures

    @admin.display(description="correo")
    def email_masked(self, member: Member) -> str:
        return mask_email(member.email)
