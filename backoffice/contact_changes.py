"""The list of contact changes, and the page that approves or rejects one."""

from copy import copy
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from accounts.actions import NotNow
from accounts.contact_fields import FIELDS, LABELS
from accounts.contact_hold import hold_is_due
from accounts.models import ContactChange
from backoffice import actions as office
from backoffice.contact_undo import undo_contact
from backoffice.forms import ReasonForm
from backoffice.lists import ChoiceFilter, OfficeList
from backoffice.masks import mask_contact
from backoffice.roles import actor_of
from backoffice.wording import moment_text
from registry.contact_overrides import overdue_overrides
from registry.models import ContactOverride


class StateFilter(ChoiceFilter):
    title, parameter_name, column = "estado", "estado", "state"
    options = ContactChange.State.choices


class CoreFilter(ChoiceFilter):
    """Approved changes that the core's file does not have yet."""

    title, parameter_name = "núcleo", "nucleo"
    options = (("pendiente", "No los tiene"), ("atrasado", "No los tiene, con plazo vencido"))

    def narrow(self, queryset: QuerySet[ContactChange], value: str) -> QuerySet[ContactChange]:
        rows = {"pendiente": ContactOverride.objects.all(), "atrasado": overdue_overrides()}.get(value)
        return queryset.none() if rows is None else queryset.filter(overrides__in=rows).distinct()


class ContactChangeList(OfficeList):
    view = "accounts.view_contactchange"
    label = "Cambios de contacto"
    intro = "Otra persona aprueba cada cambio: ni quien lo pidió, ni quien emitió la clave actual del asociado."
    list_display = ("asked", "whom", "changed", "state", "asked_by", "decided")
    list_filter = (StateFilter, CoreFilter)
    ordering = ("-proposed_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ContactChange]:
        return ContactChange.objects.select_related("member")

    def more_urls(self, name: str) -> list[Any]:
        return [path("<int:pk>/", self.admin_site.admin_view(self.decision), name=f"{name}_decide")]

    @admin.display(description="pedido")
    def asked(self, change: ContactChange) -> str:
        page = reverse("admin:accounts_contactchange_decide", args=[change.pk])
        return format_html('<a href="{}">{}</a>', page, moment_text(change.proposed_at))

    @admin.display(description="asociado")
    def whom(self, change: ContactChange) -> str:
        return change.member.full_name

    @admin.display(description="datos")
    def changed(self, change: ContactChange) -> str:
        return ", ".join(LABELS.get(name, name) for name in change.changes)

    @admin.display(description="lo pidió")
    def asked_by(self, change: ContactChange) -> str:
        return "el asociado" if change.proposed_as == "asociado" else f"{change.proposed_as} {change.proposed_by}"

    @admin.display(description="lo decidió")
    def decided(self, change: ContactChange) -> str:
        return f"{change.decided_by}, {moment_text(change.decided_at)}" if change.decided_by else ""

    def decision(self, request: HttpRequest, pk: int) -> HttpResponse:
        """GET shows old and new; POST `decision=aprobar`, or `negar` or `deshacer` with a reason."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        change = ContactChange.objects.select_related("member").filter(pk=pk).first()
        if change is None:
            raise Http404
        form = ReasonForm(request.POST if request.POST.get("decision") in ("negar", "deshacer") else None)
        if request.method == "POST":
            if not request.user.has_perm("backoffice.approve_contact"):
                raise PermissionDenied
            if self._decide(request, change, form):
                return redirect("admin:accounts_contactchange_changelist")
        may_approve = request.user.has_perm("backoffice.approve_contact")
        may_decide = may_approve and change.state == ContactChange.State.WAITING
        context = {
            **self.admin_site.each_context(request),
            "form": form,
            "change": change,
            "lines": _lines(change, whole=may_decide),
            "asked_by": self.asked_by(change),
            "may_decide": may_decide,
            "may_undo": may_approve and change.overrides.exists(),
            "same": [LABELS[name] for name in FIELDS if change.changes.get(name) == getattr(change.member, name)],
            "hold_hours": _hold_hours(),
            "holds": _would_hold(change),
        }
        return TemplateResponse(request, "backoffice/contact.html", context)

    def _decide(self, request: HttpRequest, change: ContactChange, form: ReasonForm) -> bool:
        by = actor_of(request)
        try:
            if request.POST.get("decision") == "aprobar":
                office.approve_contact(proposal=change, by=by)
                messages.success(request, f"Aprobó el cambio de {change.member}. {_hold_text(change)}".strip())
            elif form.is_valid() and request.POST.get("decision") == "deshacer":
                undo_contact(change=change, by=by, reason=form.cleaned_data["motivo"])
                said = f"Deshizo el cambio de {change.member}: volvió lo que tiene el núcleo."
                messages.success(request, f"{said} {_hold_text(change)}".strip())
            elif form.is_valid():
                office.reject_contact(proposal=change, by=by, reason=form.cleaned_data["motivo"])
                messages.success(request, f"Negó el cambio de {change.member}.")
            else:
                return False
        except NotNow as error:
            messages.error(request, str(error))
        return True


def _would_hold(change: ContactChange) -> bool:
    """Whether approving would close the recovery for a while."""
    after = copy(change.member)
    for name, value in change.changes.items():
        setattr(after, name, value)
    return hold_is_due(change.member, after)


def _hold_text(change: ContactChange) -> str:
    """What staff tell the member, if what was just done closed the recovery."""
    before = change.member.held_until
    change.member.refresh_from_db(fields=["held_until"])
    closed = change.member.held_until != before
    return f"Por {_hold_hours()} horas no puede recuperar su clave solo." if closed else ""


def _hold_hours() -> int:
    return settings.RECOVERY_HOLD // timedelta(hours=1)


def _lines(change: ContactChange, *, whole: bool) -> list[tuple[str, str, str]]:
    """Label, present value and new value, masked; `whole` leaves the new value unmasked, for the approver."""
    lines = []
    for name, value in change.changes.items():
        before, after = mask_contact(name, getattr(change.member, name)), value if whole else mask_contact(name, value)
        lines.append((LABELS.get(name, name), before, after))
    return lines
