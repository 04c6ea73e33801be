"""The list of members, the member's card, and the pages of what can be done to one of them."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from accounts.actions import NotNow
from accounts.contacts import FIELDS
from accounts.models import AccessKey, ContactChange, Member
from accounts.situations import access_state_of, access_states
from accounts.status import AccessState, State
from backoffice import actions as office
from backoffice.bulk import BULK
from backoffice.deeds import BY_SLUG, DEEDS
from backoffice.forms import MAIL, IssueForm, ReasonForm
from backoffice.lists import ChoiceFilter, Filter, OfficeList
from backoffice.masks import mask_email, mask_phone, mask_text
from backoffice.roles import actor_of
from backoffice.search import find_members, member_of, paused_members
from backoffice.timeline import timeline
from backoffice.words import moment_text

FIRST = {State.PAUSED: "quitar-pausa", State.BLOCKED: "restablecer"}  # what most likely helps; else a new key
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
        good = live.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
        expired = AccessKey.objects.live().filter(expires_at__lte=timezone.now())
        open_door = queryset.filter(blocked_at=None, status=Member.Status.ACTIVE)
        if value in self.KINDS:
            return queryset.filter(Exists(good.filter(kind__in=self.KINDS[value])))
        found = {
            "sin-clave": lambda: open_door.filter(~Exists(live)),
            "vencida": lambda: open_door.filter(~Exists(good), pk__in=expired.values("member")),
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


class MemberList(OfficeList):
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

    def more_urls(self, name: str) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("de/<slug:subject>/", wrap(self.of_subject), name=f"{name}_of"),
            path("<int:pk>/", wrap(self.card), name=f"{name}_card"),
            path("<int:pk>/datos/", wrap(self.unmasked), name=f"{name}_unmask"),
            path("<int:pk>/emitir-clave/", wrap(self.issue), name=f"{name}_issue"),
            path("<int:pk>/<slug:slug>/", wrap(self.deed), name=f"{name}_deed"),
        ]

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

    def name(self, member: Member) -> str:
        return format_html('<a href="{}">{}</a>', reverse("admin:accounts_member_card", args=[member.pk]), member.full_name)

    def access(self, member: Member) -> str:
        return badge(self._state(member).state)

    def last_entry(self, member: Member) -> str:
        return moment_text(member.last_entry_at)

    def failures(self, member: Member) -> int:
        return self._state(member).failures

    def email_masked(self, member: Member) -> str:
        return mask_email(member.email)

    name.short_description = "nombre"  # type: ignore[attr-defined]
    access.short_description = "estado"  # type: ignore[attr-defined]
    last_entry.short_description = "último ingreso"  # type: ignore[attr-defined]
    failures.short_description = "intentos fallidos"  # type: ignore[attr-defined]
    email_masked.short_description = "correo"  # type: ignore[attr-defined]

    # --- pages of one member ---

    def of_subject(self, request: HttpRequest, subject: str) -> HttpResponse:
        """From a row of the trail or of the mails, which carry only the digest of a document, to its member's card."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        pk = member_of(subject)
        if pk is None:
            messages.error(request, "El documento de esa fila no es de ningún asociado.")
            return redirect("admin:accounts_member_changelist")
        return redirect("admin:accounts_member_card", pk)

    def card(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everything the telephone asks: the state in words, contact data masked, what happened, what can be done."""
        return self._card(request, self._member(request, pk), masked=True)

    def unmasked(self, request: HttpRequest, pk: int) -> HttpResponse:
        """POST: the same card with whole contact data, and an event."""
        member = self._member(request, pk)
        if not request.user.has_perm("backoffice.unmask_data"):
            raise PermissionDenied
        if request.method != "POST":
            return redirect("admin:accounts_member_card", member.pk)
        office.note_unmasking(member=member, by=actor_of(request))
        return self._card(request, member, masked=False)

    def _card(self, request: HttpRequest, member: Member, *, masked: bool) -> HttpResponse:
        access, own = access_state_of(member), request.user.pk == member.pk
        may = request.user.has_perm
        deeds = [deed for deed in DEEDS if may(deed.permission) and deed.fits(access.state) and not own]
        first = FIRST.get(access.state)
        return self._page(
            request,
            "card",
            member=member,
            access=access,
            badge=badge(access.state),
            contact=contact_lines(member, masked=masked),
            masked=masked,
            may_unmask=may("backoffice.unmask_data"),
            may_issue=may("backoffice.issue_key") and member.may_enter and not own,
            deeds=deeds,
            own=own,
            first_deed=first if first in {deed.slug for deed in deeds} else "",
            waiting=member.contact_changes.filter(state=ContactChange.State.WAITING).first(),
            timeline=timeline(member),
            may_events=may("audit.view_event"),
        )

    def deed(self, request: HttpRequest, pk: int, slug: str) -> HttpResponse:
        """One of `deeds.DEEDS`: GET asks, POST does it and goes back to the card."""
        member, deed = self._member(request, pk), BY_SLUG.get(slug)
        if deed is None:
            raise Http404
        if not request.user.has_perm(deed.permission):
            raise PermissionDenied
        form = deed.form(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                done = deed.run(member, {**form.cleaned_data, "changes": getattr(form, "changes", dict)()}, actor_of(request))
            except NotNow as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, done)
                return redirect("admin:accounts_member_card", member.pk)
        return self._page(request, "deed", member=member, deed=deed, form=form)

    def issue(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET asks how the identity was checked and why; POST issues, and its answer alone shows the key."""
        member = self._member(request, pk)
        if not request.user.has_perm("backoffice.issue_key"):
            raise PermissionDenied
        if request.method == "POST":
            form = IssueForm(request.POST)
            if form.is_valid():
                return self._issue(request, member, form)
        else:
            form = IssueForm(initial={"anterior": office.newest_given(member)})
        return self._page(request, "issue", member=member, form=form)

    def _issue(self, request: HttpRequest, member: Member, form: IssueForm) -> HttpResponse:
        data = form.cleaned_data
        asked = {"how": data["como"], "reason": data["motivo"], "newest": data["anterior"] or 0, "by": actor_of(request)}
        try:
            if data["entrega"] == MAIL:
                row = office.issue_by_mail(member=member, **asked)
                messages.success(request, f"Enviamos una clave a {member}. Vence el {moment_text(row.expires_at)}.")
                return redirect("admin:accounts_member_card", member.pk)
            issued = office.issue_initial(member=member, **asked)
        except NotNow as error:
            messages.error(request, str(error))
            return redirect("admin:accounts_member_card", member.pk)
        return self._page(request, "issued", member=member, key=issued.key, row=issued.row, tail=member.document[-3:])

    def _member(self, request: HttpRequest, pk: int) -> Member:
        if not self.has_view_permission(request):
            raise PermissionDenied
        member = Member.objects.filter(pk=pk, in_registry=True).first()
        if member is None:
            raise Http404
        return member

    def _page(self, request: HttpRequest, name: str, *, form: ReasonForm | Any = None, **context: Any) -> HttpResponse:
        if form is not None:
            form.describe_errors()
        context |= {**self.admin_site.each_context(request), "form": form, "now": timezone.now()}
        return TemplateResponse(request, f"backoffice/{name}.html", context)


def badge(state: State) -> str:
    """The state as a text with a frame; never by colour alone."""
    return format_html('<span class="estado estado-{}">{}</span>', state.name.lower(), state)


def contact_lines(member: Member, *, masked: bool) -> list[tuple[str, str]]:
    """Contact data as the card shows them."""
    if masked:
        values = [mask_email(member.email), mask_phone(member.mobile), mask_phone(member.landline), mask_text(member.address)]
    else:
        values = [getattr(member, name) for name in (*FIELDS, "address")]
    return list(zip(["Correo", "Celular", "Teléfono fijo", "Dirección"], values, strict=True))
