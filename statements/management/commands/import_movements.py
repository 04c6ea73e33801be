"""Import movements from a file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit.actors import Actor
from common.files.importing import add_options, run
from statements.importing.actions import import_movements


class Command(BaseCommand):
    help = (
        "Trae los movimientos de un archivo CSV o XLSX. Cada uno empieza donde terminó el anterior de su producto:"
        " saldo = saldo anterior + valor. Los que ya están no se repiten."
        " Ejemplo: manage.py import_movements movimientos.csv --dry-run --rejects malos.csv"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        run(import_movements, options, self.stdout, by=Actor.operator(options["by"]))
