"""Every list of the office, registered on its own site: `/admin/`."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html

from accounts.actions import NotNow
from accounts.documents import BadDocument, clean_document
from accounts.es_co import fecha_corta
from accounts.models import ContactChange, Member
from audit.kinds import Kind, Outcome
from audit.models import Event
from audit.record import record
from backoffice import actions as office
from backoffice.contacts import ContactChangeList
from backoffice.forms import ReasonForm
from backoffice.lists import ChoiceFilter, DayFilter, DocumentFilter, Filter, OfficeList
from backoffice.members import MemberList
from backoffice.models import Staff
from backoffice.roles import actor_of, role_of
from backoffice.site import site as site  # cooperen.urls takes it from here, with every list registered
from backoffice.timeline import key_words, kinds_words
from backoffice.trail_export import trail_csv
from backoffice.words import details_words, mail_words, moment_text, who_words
from outbox.models import Message, State
from recovery.models import Attempt
from statements.models import Kind as ProductKind
from statements.models import Product


class KindFilter(ChoiceFilter):
    title, parameter_name, column, options = "evento", "tipo", "kind", Kind.choices


class OutcomeFilter(ChoiceFilter):
    title, parameter_name, column, options = "resultado", "resultado", "outcome", Outcome.choices


class ActorFilter(Filter):
    title, parameter_name, widget = "quién (documento)", "quien", "text"

    def narrow(self, queryset: QuerySet[Event], value: str) -> QuerySet[Event]:
        return queryset.filter(actor=value[:60])


class EventList(OfficeList):
    view = "audit.view_event"
    label = "Eventos"
    intro = "Todo lo que pasó, en orden. Nadie puede cambiarlo ni borrarlo."
    list_display = ("number", "moment", "kind", "outcome", "who", "whom", "network", "more")
    list_filter = (KindFilter, OutcomeFilter, DayFilter, ActorFilter, DocumentFilter)
    ordering = ("-number",)
    sortable_by = ()

    def more_urls(self, name: str) -> list[Any]:
        return [path("csv/", self.admin_site.admin_view(self.export), name=f"{name}_csv")]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        export = reverse("admin:audit_event_csv") if request.user.has_perm("backoffice.export_trail") else ""
        return super().changelist_view(request, {"export": f"{export}?{request.GET.urlencode()}" if export else ""})

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Within a day by its moments: their index finds the day; by number all of the trail would be walked to it."""
        return ("-at", "-number") if request.GET.get("dia") else ("-number",)

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The filtered events as CSV, whatever their number; the export is an event itself."""
        if not request.user.has_perm("backoffice.export_trail"):
            raise PermissionDenied
        whole = request.GET.copy()
        whole.pop("p", None)  # all pages of it, whichever was looked at
        request.GET = whole  # type: ignore[assignment]
        events = self.get_changelist_instance(request).get_queryset(request)
        record(Kind.TRAIL_EXPORTED, by=actor_of(request))
        return trail_csv(events)

    def moment(self, event: Event) -> str:
        return moment_text(event.at)

    def who(self, event: Event) -> str:
        return who_words(event)

    def whom(self, event: Event) -> str:
        return member_link(event.subject, f"…{event.subject_tail}") if event.subject_tail else ""

    def more(self, event: Event) -> str:
        return details_words(event)

    moment.short_description = "cuándo"  # type: ignore[attr-defined]
    who.short_description = "quién"  # type: ignore[attr-defined]
    whom.short_description = "sobre"  # type: ignore[attr-defined]
    more.short_description = "detalles"  # type: ignore[attr-defined]


def member_link(subject: str, text: str) -> str:
    """To the card of the member a row tells of; looked up when it is pressed, for the row keeps no document."""
    return format_html('<a href="{}">{}</a>', reverse("admin:accounts_member_of", args=[subject]), text)


class AttemptOutcomeFilter(ChoiceFilter):
    title, parameter_name, column, options = "resultado", "resultado", "outcome", Attempt.Outcome.choices


class StartedFilter(DayFilter):
    column = "started_at"


class AttemptDocumentFilter(DocumentFilter):
    def narrow(self, queryset: QuerySet[Attempt], value: str) -> QuerySet[Attempt]:
        try:
            return queryset.filter(document=clean_document(value))
        except BadDocument:
            return queryset.none()


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

    def moment(self, attempt: Attempt) -> str:
        return moment_text(attempt.started_at)

    def whom(self, attempt: Attempt) -> str:
        owner = attempt.owner  # type: ignore[attr-defined]
        if not owner:
            return f"{attempt.document} (no es asociado)"
        return format_html('<a href="{}">{}</a>', reverse("admin:accounts_member_card", args=[owner]), attempt.document)

    def asked(self, attempt: Attempt) -> str:
        return kinds_words(attempt)

    def key_state(self, attempt: Attempt) -> str:
        return key_words(attempt)

    def mail(self, attempt: Attempt) -> str:
        state = attempt.mail_state  # type: ignore[attr-defined]
        return State(state).label if state else "sin correo"

    moment.short_description = "empezó"  # type: ignore[attr-defined]
    whom.short_description = "documento"  # type: ignore[attr-defined]
    asked.short_description = "preguntas"  # type: ignore[attr-defined]
    key_state.short_description = "clave"  # type: ignore[attr-defined]
    mail.short_description = "correo"  # type: ignore[attr-defined]


class MessageStateFilter(ChoiceFilter):
    title, parameter_name, column, options = "estado", "estado", "state", State.choices


class CreatedFilter(DayFilter):
    column = "created_at"


class MessageList(OfficeList):
    view = "outbox.view_message"
    label = "Correos"
    intro = "Lo que la cooperativa avisó a los asociados. El texto se borra al enviarlo."
    list_display = ("created", "what", "whom", "state", "tries", "ended", "error")
    list_filter = (MessageStateFilter, CreatedFilter, DocumentFilter)
    ordering = ("-created_at",)
    sortable_by = ()

    def created(self, message: Message) -> str:
        return moment_text(message.created_at)

    def what(self, message: Message) -> str:
        return mail_words(message.kind)

    def whom(self, message: Message) -> str:
        return member_link(message.subject, "ver asociado") if message.subject else ""

    def ended(self, message: Message) -> str:
        return moment_text(message.ended_at)

    created.short_description = "creado"  # type: ignore[attr-defined]
    what.short_description = "correo"  # type: ignore[attr-defined]
    whom.short_description = "para"  # type: ignore[attr-defined]
    ended.short_description = "terminado"  # type: ignore[attr-defined]


class ProductKindFilter(ChoiceFilter):
    title, parameter_name, column, options = "tipo", "tipo", "kind", ProductKind.choices


class ProductOwnerFilter(DocumentFilter):
    def narrow(self, queryset: QuerySet[Product], value: str) -> QuerySet[Product]:
        try:
            return queryset.filter(member__document=clean_document(value))
        except BadDocument:
            return queryset.none()


class AgreementFilter(ChoiceFilter):
    """The products whose movements end in another balance than the one the core sent."""

    title, parameter_name, options = "saldo y movimientos", "cuadre", [("no", "No cuadran")]

    def narrow(self, queryset: QuerySet[Product], value: str) -> QuerySet[Product]:
        return queryset.filter(pk__in=Product.objects.disagreeing()) if value == "no" else queryset.none()


class NumberFilter(Filter):
    title, parameter_name, widget = "número", "numero", "text"

    def narrow(self, queryset: QuerySet[Product], value: str) -> QuerySet[Product]:
        return queryset.filter(number=value[:32])


class ProductList(OfficeList):
    view = "statements.view_product"
    label = "Productos"
    intro = "Los productos que trajo el sistema central, con la fecha de sus datos."
    list_display = ("number", "owner", "kind", "line", "cutoff", "agreement")
    list_filter = (NumberFilter, ProductOwnerFilter, ProductKindFilter, AgreementFilter)
    list_select_related = ("member",)
    ordering = ("pk",)
    sortable_by = ()

    def owner(self, product: Product) -> str:
        page = reverse("admin:accounts_member_card", args=[product.member_id])
        return format_html('<a href="{}">{}</a>', page, product.member.full_name)

    def cutoff(self, product: Product) -> str:
        return fecha_corta(product.cutoff_on)

    def agreement(self, product: Product) -> str:
        if product.ledger_on is None:
            return "sin movimientos"
        return "sí" if product.agrees else f"no: movimientos hasta el {fecha_corta(product.ledger_on)}"

    agreement.short_description = "saldo igual a los movimientos"  # type: ignore[attr-defined]
    cutoff.short_description = "datos al"  # type: ignore[attr-defined]
    owner.short_description = "asociado"  # type: ignore[attr-defined]


STAFF_DEEDS = {
    "bloquear": ("Bloquear la cuenta", office.block_staff, "La cuenta quedó bloqueada.", "La cuenta ya estaba bloqueada."),
    "segundo-factor": (
        "Retirar el segundo factor",
        office.reset_second_factor,
        "Retiró el segundo factor: lo inscribe otra vez en su próximo ingreso.",
        "No tenía segundo factor.",
    ),
}


class StaffAdmin(OfficeList):
    """For administrators only; accounts are made by `manage.py create_staff`."""

    label = "Funcionarios"
    intro = "Las cuentas se crean con manage.py create_staff."
    list_display = ("document", "name", "role", "account", "second_factor", "deeds")
    ordering = ("document",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Staff.objects.filter(is_staff=True).prefetch_related("groups").select_related("factor")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def more_urls(self, name: str) -> list[Any]:
        return [path("<int:pk>/<slug:slug>/", self.admin_site.admin_view(self.deed), name=f"{name}_deed")]

    def role(self, member: Staff) -> str:
        return role_of(member) or "sin rol"

    def name(self, member: Staff) -> str:
        return member.full_name

    def account(self, member: Staff) -> str:
        return "abierta" if member.is_active else "bloqueada"

    def second_factor(self, member: Staff) -> str:
        factor = getattr(member, "factor", None)
        return "inscrito" if factor and factor.confirmed_at else "sin inscribir"

    def deeds(self, member: Staff) -> str:
        links = [
            (reverse("admin:backoffice_staff_deed", args=[member.pk, slug]), deed[0]) for slug, deed in STAFF_DEEDS.items()
        ]
        return format_html('<a href="{}">{}</a> · <a href="{}">{}</a>', *links[0], *links[1])

    role.short_description = "rol"  # type: ignore[attr-defined]
    name.short_description = "nombre"  # type: ignore[attr-defined]
    account.short_description = "cuenta"  # type: ignore[attr-defined]
    second_factor.short_description = "segundo factor"  # type: ignore[attr-defined]
    deeds.short_description = "acciones"  # type: ignore[attr-defined]

    def deed(self, request: HttpRequest, pk: int, slug: str) -> HttpResponse:
        """GET asks why, POST does it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        member = Member.objects.filter(pk=pk, is_staff=True).first()
        if member is None or slug not in STAFF_DEEDS:
            raise Http404
        title, act, done, already = STAFF_DEEDS[slug]
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                acted = act(member=member, by=actor_of(request), reason=form.cleaned_data["motivo"])
            except NotNow as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, done if acted else already)
                return redirect("admin:backoffice_staff_changelist")
        form.describe_errors()
        context = {**self.admin_site.each_context(request), "form": form, "member": member, "title": title}
        return TemplateResponse(request, "backoffice/staff_deed.html", context)


site.register(Member, MemberList)
site.register(ContactChange, ContactChangeList)
site.register(Attempt, AttemptList)
site.register(Message, MessageList)
site.register(Product, ProductList)
site.register(Event, EventList)
site.register(Staff, StaffAdmin)
