"""The list of staff accounts, for administrators only, and the two actions on one of them."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from accounts.actions import NotNow
from accounts.models import Member
from backoffice import actions as office
from backoffice.forms import ReasonForm
from backoffice.lists import OfficeList
from backoffice.models import Staff
from backoffice.roles import actor_of, role_of

ACCOUNT_ACTIONS = {
    "bloquear": ("Bloquear la cuenta", office.block_staff, "La cuenta quedó bloqueada.", "La cuenta ya estaba bloqueada."),
    "segundo-factor": (
        "Retirar el segundo factor",
        office.reset_second_factor,
        "Retiró el segundo factor: lo inscribe otra vez en su próximo ingreso.",
        "No tenía segundo factor.",
    ),
}


class StaffAdmin(OfficeList):
    """For administrators only; `manage.py create_staff` creates accounts."""

    label = "Funcionarios"
    intro = "Las cuentas se crean con manage.py create_staff."
    list_display = ("document", "name", "role", "account", "second_factor", "links")
    ordering = ("document",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Staff.objects.filter(is_staff=True).prefetch_related("groups").select_related("factor")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def more_urls(self, name: str) -> list[Any]:
        return [path("<int:pk>/<slug:slug>/", self.admin_site.admin_view(self.act_on_account), name=f"{name}_action")]

    @admin.display(description="rol")
    def role(self, member: Staff) -> str:
        return role_of(member) or "sin rol"

    @admin.display(description="nombre")
    def name(self, member: Staff) -> str:
        return member.full_name

    @admin.display(description="cuenta")
    def account(self, member: Staff) -> str:
        return "abierta" if member.is_active else "bloqueada"

    @admin.display(description="segundo factor")
    def second_factor(self, member: Staff) -> str:
        factor = getattr(member, "factor", None)
        return "inscrito" if factor and factor.confirmed_at else "sin inscribir"

    @admin.display(description="acciones")
    def links(self, member: Staff) -> str:
        links = [
            (reverse("admin:backoffice_staff_action", args=[member.pk, slug]), act_on_account[0])
            for slug, act_on_account in ACCOUNT_ACTIONS.items()
        ]
        return format_html('<a href="{}">{}</a> · <a href="{}">{}</a>', *links[0], *links[1])

    def act_on_account(self, request: HttpRequest, pk: int, slug: str) -> HttpResponse:
        """GET shows the form for the reason, POST runs the action."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        member = Member.objects.filter(pk=pk, is_staff=True).first()
        if member is None or slug not in ACCOUNT_ACTIONS:
            raise Http404
        title, act, done, already = ACCOUNT_ACTIONS[slug]
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                acted = act(member=member, by=actor_of(request), reason=form.cleaned_data["motivo"])
            except NotNow as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, done if acted else already)
                return redirect("admin:backoffice_staff_changelist")
        context = {**self.admin_site.each_context(request), "form": form, "member": member, "title": title}
        return TemplateResponse(request, "backoffice/account_action.html", context)
