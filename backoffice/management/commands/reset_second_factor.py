"""Delete the second factor of a staff account."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit.actors import Actor
from backoffice.actions import reset_second_factor
from backoffice.management.base import add_account_arguments, find_staff


class Command(BaseCommand):
    help = (
        "Retira la aplicación de códigos y los códigos de respaldo de un funcionario; los inscribe otra vez al entrar. "
        'Ejemplo: manage.py reset_second_factor 43018552 --reason "Perdió el celular"'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_account_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        member = find_staff(options["document"])
        done = reset_second_factor(member=member, by=Actor.operator(options["by"]), reason=options["reason"])
        self.stdout.write(f"✔ {member} inscribe otra vez su segundo factor." if done else f"{member} no tenía segundo factor.")
