"""The list of mails to members, with their state."""

from django.contrib import admin

from backoffice.events import member_link
from backoffice.lists import ChoiceFilter, DayFilter, DocumentFilter, OfficeList
from backoffice.wording import mail_words, moment_text
from outbox.models import Message, State


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

    @admin.display(description="creado")
    def created(self, message: Message) -> str:
        return moment_text(message.created_at)

    @admin.display(description="correo")
    def what(self, message: Message) -> str:
        return mail_words(message.kind)

    @admin.display(description="para")
    def whom(self, message: Message) -> str:
        return member_link(message.subject, "ver asociado") if message.subject else ""

    @admin.display(description="terminado")
    def ended(self, message: Message) -> str:
        return moment_text(message.ended_at)
