"""End every access key and every member session, in an emergency."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import invalidate_keys
from accounts.management.base import check_reason
from audit.actors import Actor


class Command(BaseCommand):
    help = (
        "Emergencia: anula todas las claves y cierra todas las sesiones de asociados. "
        'Ejemplo: manage.py invalidate_keys --by ana --reason "Copia robada" --yes'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, metavar="QUIÉN")
        parser.add_argument("--reason", required=True, metavar="TEXTO")
        parser.add_argument("--yes", action="store_true", help="sin esta opción no se anula nada")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            raise CommandError("Esto anula todas las claves. Si es lo que quiere, repita con --yes.")
        check_reason(options["reason"])
        ended = invalidate_keys(by=Actor.operator(options["by"]), reason=options["reason"])
        self.stdout.write(f"{ended} claves anuladas. Los asociados entran de nuevo con ¿Olvidó su clave? o una clave inicial.")
