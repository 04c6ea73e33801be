"""Run the purge of expired data."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit.actors import Actor
from common.colombia.formats import thousands
from cooperen.purge import purge


class Command(BaseCommand):
    help = "Borra lo que ya venció: sesiones, imágenes, claves, límites, recuperaciones. Ejemplo: manage.py purge"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", default="purge", metavar="QUIÉN", help="quién lo hace (queda en la auditoría)")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = purge(by=Actor.operator(options["by"]))
        for what, count in counts.items():
            self.stdout.write(f"  {what}: {thousands(count)}")
        self.stdout.write("Listo." if counts else "No había nada vencido.")
