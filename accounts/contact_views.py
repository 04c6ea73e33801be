"""«Actualizar mis datos»: a member asks for new contact data from the statement; somebody at the office approves it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.contact_forms import ContactForm
from accounts.contacts import propose_contact_change
from accounts.models import ContactChange, Member
from accounts.visitors import visitor_of
from audit.actors import Actor

ASKED = "✔ Recibimos su solicitud. Cuando la revisemos, le avisaremos al correo que tiene registrado."


def my_data(request: HttpRequest) -> HttpResponse:
    """`/estado-de-cuenta/mis-datos/`: GET shows the form, POST puts the change before a supervisor."""
    member = request.user
    assert isinstance(member, Member)  # noqa: S101  the door middleware saw to it
    form = ContactForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        by = Actor.member(member.document, visitor_of(request).network)
        if propose_contact_change(member=member, changes=form.changes(), by=by):
            messages.success(request, ASKED)
            return redirect("statements:my_data")
        form.add_error("correo", "Esos datos ya están registrados así")
    form.describe_errors()
    waiting = member.contact_changes.filter(state=ContactChange.State.WAITING).first()
    return render(request, "accounts/my_data.html", {"form": form, "waiting": waiting})
