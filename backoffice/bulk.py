"""Bulk actions of the member list: a confirmation page, then one action per member."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse

from accounts import actions
from accounts.access_state import access_states
from accounts.actions import NotNow
from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import record
from backoffice import actions as office
from backoffice import letters
from backoffice.forms import IdentityForm, LettersForm, ReasonForm
from backoffice.roles import actor_of
from common.files.csv_download import csv_response

Form = ReasonForm | IdentityForm
Each = Callable[[Member, dict[str, Any], Actor], None]
ISSUE = "Emitir claves iniciales"


def offered(name: str, title: str, permission: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give an action of the list its name, its title and the permission that it needs."""

    def mark(action: Callable[..., Any]) -> Callable[..., Any]:
        action.__name__ = name
        action.permission = permission  # type: ignore[attr-defined]
        return admin.action(description=title)(action)

    return mark


def _bulk(name: str, title: str, permission: str, form: type[Form]) -> Callable[[Each], Callable[..., Any]]:
    """A list action that asks for confirmation, then runs `each` per member and reports those it skipped."""

    def register(each: Each) -> Callable[..., Any]:
        def action(model_admin: Any, request: HttpRequest, queryset: QuerySet[Member]) -> HttpResponse | None:
            members = list(queryset)
            filled = form(request.POST if "confirmado" in request.POST else None)
            if filled.is_valid():
                _do_each(request, members, filled.cleaned_data, each, title)
                return None
            return confirm_page(model_admin, request, members, filled, name, title)

        return offered(name, title, permission)(action)

    return register


def _do_each(request: HttpRequest, members: list[Member], data: dict[str, Any], each: Each, title: str) -> None:
    done, by = 0, actor_of(request)
    for member in members:
        try:
            each(member, data, by)
            done += 1
        except NotNow as error:
            messages.error(request, f"{member}: {error}")
    messages.success(request, f"{title}: {done} de {len(members)} asociados.")


def confirm_page(
    model_admin: Any, request: HttpRequest, members: list[Member], form: Form, name: str, title: str, **context: Any
) -> HttpResponse:
    """The confirmation page: the members, their number, and the form."""
    context |= {
        **model_admin.admin_site.each_context(request),
        "form": form,
        "members": members,
        "title": title,
        "action": name,
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "backoffice/bulk.html", context)


@_bulk("quitar_pausa", "Quitar la pausa", "backoffice.act_in_bulk", IdentityForm)
def unlock_members(member: Member, data: dict[str, Any], by: Actor) -> None:
    office.unlock_member(member=member, by=by, how=data["como"], reason=data["motivo"])


@_bulk("exigir_cambio", "Exigir cambio de clave", "backoffice.act_in_bulk", ReasonForm)
def require_changes(member: Member, data: dict[str, Any], by: Actor) -> None:
    office.refuse_oneself(member, by)
    actions.require_change(member=member, by=by, reason=data["motivo"])


@offered("emitir_claves", ISSUE, "backoffice.act_in_bulk")
def issue_letters(model_admin: Any, request: HttpRequest, queryset: QuerySet[Member]) -> HttpResponse | None:
    """Issue initial keys for the marked members, as letters in one PDF with a password the supervisor chooses."""
    members = list(queryset)
    form = LettersForm(request.POST if "confirmado" in request.POST else None)
    if form.is_valid():
        try:
            return _letters(members, form.cleaned_data, request)
        except NotNow as error:
            form.add_error(None, str(error))
    if not form.is_bound:
        form.initial["anterior"] = office.newest_given(*members)
    return confirm_page(model_admin, request, members, form, "emitir_claves", ISSUE)


def _letters(members: list[Member], data: dict[str, Any], request: HttpRequest) -> HttpResponse:
    asked = {"how": data["como"], "reason": data["motivo"], "newest": data["anterior"] or 0, "by": actor_of(request)}
    pdf = letters.issue_letters(members=members, password=data["contrasena_pdf"], **asked)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="claves-iniciales.pdf"'
    return response


@offered("export_members", "Exportar CSV", "backoffice.export_members")
def export_members(model_admin: Any, request: HttpRequest, queryset: QuerySet[Member]) -> HttpResponseBase:
    """Export the marked members with the state of their access, without keys and contact data."""
    members = list(queryset)
    states = access_states(members)
    record(Kind.DATA_EXPORTED, by=actor_of(request), count=len(members), what="lista")
    rows = ([member.document, member.full_name, str(states[member.pk].state), member.branch] for member in members)
    return csv_response("asociados.csv", ["documento", "nombre", "estado", "agencia"], rows)


BULK = [issue_letters, unlock_members, require_changes, export_members]
