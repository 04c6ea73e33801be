"""«Mis datos»: what the registry holds, masked; whether the member could recover today; and contact changes."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.contact_hold import hold_hours
from accounts.lockout_text import one_full_stop, until_text
from accounts.models import ContactChange
from accounts.requests import MemberRequest
from accounts.visitors import visitor_of
from audit.actors import Actor
from ratelimits.gcra import Refusal
from recovery.contact_changes import propose_contact_change
from recovery.my_data.forms import ContactForm
from recovery.my_data.masks import masked_facts
from recovery.my_data.outcome import last_request, request_lines
from recovery.my_data.road_texts import road_texts
from recovery.my_data.roads import roads_of

ASKED = "✔ Recibimos su solicitud. Una persona de la oficina la revisará. En esta página verá el resultado."
TOLD_BY_MAIL = " También se lo diremos a su correo registrado."
SAME = "Ese dato ya está registrado así"
LOCKED_OUT = 429


def my_data(request: MemberRequest) -> HttpResponse:
    """`/estado-de-cuenta/mis-datos/`: GET shows the page, POST puts a contact change before a supervisor."""
    form = ContactForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    by = Actor.member(request.user.document, visitor_of(request).network)
    proposed = propose_contact_change(member=request.user, changes=form.changes(), by=by)
    if isinstance(proposed, ContactChange):
        messages.success(request, ASKED + (TOLD_BY_MAIL if request.user.email else ""))
        return redirect("my_data:my_data")
    form.add_error(None, _too_many_changes(proposed) if proposed else SAME)
    return _page(request, form, LOCKED_OUT if proposed else 200)


def _page(request: MemberRequest, form: ContactForm, status: int = 200) -> HttpResponse:
    member, now = request.user, timezone.now()
    roads, last = roads_of(member, now), last_request(member)
    context = {
        "form": form,
        "facts": masked_facts(member, roads.missing),
        "roads": road_texts(roads, now),
        "request_lines": request_lines(last) if last else [],
        "waits": last is not None and last.state == ContactChange.State.WAITING,
        "hold_hours": hold_hours(),
    }
    return render(request, "recovery/my_data.html", context, status=status)


def _too_many_changes(refusal: Refusal) -> str:
    until, phone = until_text(refusal.until, timezone.now()), settings.COOP_PHONE
    return one_full_stop(f"Ya pidió varios cambios. Puede pedir otro desde {until}. También puede llamar al {phone}.")
