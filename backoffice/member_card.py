"""The member's card, and the pages of what staff can do to one member."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html

from accounts.access_state import State, access_state_of
from accounts.actions import NotNow
from accounts.contact_fields import FIELDS, LABELS
from accounts.models import ContactChange, Member
from backoffice import actions as office
from backoffice.advice import advice_about
from backoffice.forms import MAIL, IssueForm, ReasonForm
from backoffice.lists import OfficeList
from backoffice.masks import mask_contact
from backoffice.member_actions import BY_SLUG, MEMBER_ACTIONS
from backoffice.roles import actor_of
from backoffice.search import member_of
from backoffice.timeline import timeline
from backoffice.wording import moment_text

FIRST = {State.LOCKED_OUT: "quitar-pausa", State.BLOCKED: "restablecer"}  # what most likely helps; else a new key


class MemberCard(OfficeList):
    """The pages of one member; the list itself is `members.MemberList`."""

    def more_urls(self, name: str) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("de/<slug:subject>/", wrap(self.of_subject), name=f"{name}_of"),
            path("<int:pk>/", wrap(self.card), name=f"{name}_card"),
            path("<int:pk>/datos/", wrap(self.unmasked), name=f"{name}_unmask"),
            path("<int:pk>/emitir-clave/", wrap(self.issue), name=f"{name}_issue"),
            path("<int:pk>/<slug:slug>/", wrap(self.action), name=f"{name}_action"),
        ]

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
        actions = [action for action in MEMBER_ACTIONS if may(action.permission) and action.fits(access.state) and not own]
        first = FIRST.get(access.state)
        return self._page(
            request,
            "card",
            member=member,
            access=access,
            advice=advice_about(access, timezone.now()),
            badge=badge(access.state),
            contact=contact_lines(member, masked=masked),
            masked=masked,
            may_unmask=may("backoffice.unmask_data"),
            may_issue=may("backoffice.issue_key") and member.may_enter and not own,
            actions=actions,
            own=own,
            first_action=first if first in {action.slug for action in actions} else "",
            waiting=member.contact_changes.filter(state=ContactChange.State.WAITING).first(),
            timeline=timeline(member),
            may_events=may("audit.view_event"),
        )

    def action(self, request: HttpRequest, pk: int, slug: str) -> HttpResponse:
        """One of `member_actions.MEMBER_ACTIONS`: GET shows its form, POST runs it and redirects to the card."""
        member, action = self._member(request, pk), BY_SLUG.get(slug)
        if action is None:
            raise Http404
        if not request.user.has_perm(action.permission):
            raise PermissionDenied
        form = action.form(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                done = action.run(member, {**form.cleaned_data, "changes": getattr(form, "changes", dict)()}, actor_of(request))
            except NotNow as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, done)
                return redirect("admin:accounts_member_card", member.pk)
        return self._page(request, "member_action", member=member, action=action, form=form)

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
        context |= {**self.admin_site.each_context(request), "form": form, "now": timezone.now()}
        return TemplateResponse(request, f"backoffice/{name}.html", context)


def badge(state: State) -> str:
    """The state as a text with a frame; never by colour alone."""
    return format_html('<span class="estado estado-{}">{}</span>', state.name.lower(), state)


def contact_lines(member: Member, *, masked: bool) -> list[tuple[str, str]]:
    """Contact data as the card shows them."""
    values = {name: getattr(member, name) for name in FIELDS}
    return [(LABELS[name], mask_contact(name, value) if masked else value) for name, value in values.items()]
