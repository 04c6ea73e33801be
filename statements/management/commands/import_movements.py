"""Import movements from a file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from audit.actors import Actor
from common.files.columns_help import explain_columns, gave_template
from common.files.importing import add_options, run
from common.files.tables import Column
from statements.importing.actions import import_movements
from statements.importing.columns import movement_targets


class Command(BaseCommand):
    help = (
        "Trae los movimientos de un archivo CSV o XLSX. Cada uno empieza donde terminó el anterior de su producto:"
        " saldo = saldo anterior + valor. Los que ya están no se repiten."
        " El orden puede ser del más antiguo al más nuevo o al revés."
        " Si los de un producto no cuadran, no entra ninguno de él."
        " Una corrección hacia atrás se trae con restart_ledger y la historia completa."
        " Ejemplo: manage.py import_movements movimientos.csv --dry-run --rejects malos.csv"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_options(parser)
        explain_columns(parser, _columns())

    def handle(self, *args: Any, **options: Any) -> None:
        if not gave_template(options, _columns(), self.stdout):
            run(import_movements, options, self.stdout, by=Actor.operator(options["by"]))


def _columns() -> list[Column]:
    return [target.column for target in movement_targets(timezone.localdate())]
