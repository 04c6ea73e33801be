"""The list of recoveries: each attempt, from where, what was asked and how it ended."""

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import Member
from backoffice.lists import ChoiceFilter, DayFilter, DocumentFilter, OfficeList
from backoffice.timeline import key_words, kinds_words
from backoffice.wording import moment_text
from outbox.models import Message, State
from recovery.models import Attempt


class AttemptOutcomeFilter(ChoiceFilter):
    title, parameter_name, column, options = "resultado", "resultado", "outcome", Attempt.Outcome.choices


class StartedFilter(DayFilter):
    column = "started_at"


class AttemptDocumentFilter(DocumentFilter):
    column = "document"


class AttemptList(OfficeList):
    view = "recovery.view_attempt"
    label = "Recuperaciones"
    intro = "Cada vez que alguien usó ¿Olvidó su clave?: desde dónde, qué se le preguntó y en qué terminó."
    list_display = ("moment", "whom", "network", "asked", "outcome", "wrong", "key_state", "mail")
    list_filter = (AttemptOutcomeFilter, StartedFilter, AttemptDocumentFilter)
    ordering = ("-started_at",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attempt]:
        mail = Message.objects.filter(pk=OuterRef("message")).values("state")
        owner = Member.objects.filter(document=OuterRef("document"), in_registry=True).values("pk")
        return Attempt.objects.select_related("key").annotate(mail_state=Subquery(mail), owner=Subquery(owner))

    @admin.display(description="empezó")
    def moment(self, attempt: Attempt) -> str:
        return moment_text(attempt.started_at)

    @admin.display(description="documento")
    def whom(self, attempt: Attempt) -> str:
        owner = attempt.owner  # type: ignore[attr-defined]
        if not owner:
            return f"{attempt.document} (no es asociado)"
        return format_html('<a href="{}">{}</a>', reverse("admin:accounts_member_card", args=[owner]), attempt.document)

    @admin.display(description="preguntas")
    def asked(self, attempt: Attempt) -> str:
        return kinds_words(attempt)

    @admin.display(description="clave")
    def key_state(self, attempt: Attempt) -> str:
        return key_words(attempt)

    @admin.display(description="correo")
    def mail(self, attempt: Attempt) -> str:
        state = attempt.mail_state  # type: ignore[attr-defined]
        return State(state).label if state else "sin correo"
