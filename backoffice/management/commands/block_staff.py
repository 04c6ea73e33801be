"""Block a staff account."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit.actors import Actor
from backoffice.actions import block_staff
from backoffice.management.base import add_account_arguments, find_staff


class Command(BaseCommand):
    help = (
        "Cierra la puerta de funcionarios a una persona y sus sesiones; reopen_staff la abre otra vez. "
        'Ejemplo: manage.py block_staff 43018552 --reason "Ya no trabaja aquí"'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_account_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        member = find_staff(options["document"])
        done = block_staff(member=member, by=Actor.operator(options["by"]), reason=options["reason"])
        self.stdout.write(
            f"✔ La cuenta de {member} quedó bloqueada." if done else f"La cuenta de {member} ya estaba bloqueada."
        )
