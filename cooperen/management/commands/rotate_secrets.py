"""Re-seal everything sealed under the newest key of the ring."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit.actors import Actor
from cooperen.rotation import rotate
from vault.checks import rewrite_check_value


class Command(BaseCommand):
    help = (
        "Sella de nuevo todo con la primera llave de KEY_SEALS, sin abrir nada a la vista. Al terminar, las otras llaves "
        "se pueden quitar. Se puede repetir. Ejemplo: manage.py rotate_secrets --by ana"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", default="operador", metavar="QUIÉN")
        parser.add_argument("--new-secret-key", action="store_true", help="acepta un SECRET_KEY cambiado (cierra las sesiones)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_secret_key"]:
            rewrite_check_value("SECRET_KEY")
            self.stdout.write("SECRET_KEY nuevo aceptado; las sesiones abiertas terminan.")
        total = rotate(by=Actor.operator(options["by"]), tell=self._tell)
        self.stdout.write(f"{total} sellos al día. Ya puede quitar las llaves viejas de KEY_SEALS y reiniciar.")

    def _tell(self, place: str, done: int) -> None:
        self.stderr.write(f"{place}: {done}", ending="\r" if self.stderr.isatty() else "\n")
