"""Make the monthly PDFs of all members."""

import sys
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.actors import Actor
from common.files.output import said_reason
from statements.importing.actions import make_statements
from statements.months import Month

STEP = 100  # documents between two lines of progress


class Command(BaseCommand):
    help = "Hace el extracto de un mes en PDF para todos los asociados. Repetido, solo hace los que falten."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = "Ejemplo:\n  manage.py make_statements --month 2021-10 --out extractos/2021-10"
        parser.add_argument("--month", metavar="AAAA-MM", required=True)
        parser.add_argument("--out", metavar="CARPETA", type=Path, required=True, help="se crea si no existe")
        parser.add_argument("--by", metavar="QUIÉN", default="consola", help="quién los hace, para la auditoría")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, month = Path(options["out"]), Month.parse(options["month"])
        if month is None:
            raise CommandError(f"«{options['month']}» no es un mes: escriba, por ejemplo, 2021-10.", returncode=2)
        by = Actor.operator(options["by"])
        try:
            made, found = make_statements(month=month, folder=folder, by=by, progress=self._progress)
        except OSError as error:
            raise CommandError(f"No se puede escribir {error.filename or folder}: {said_reason(error)}.") from None
        if not made and not found:
            raise CommandError(f"No hay datos de {month.name}.")
        self.stdout.write(f"{made} extractos hechos, {found} ya estaban, en {folder}.")

    def _progress(self, made: int, found: int) -> None:
        if sys.stderr.isatty() and made and made % STEP == 0:
            self.stderr.write(f"{made} extractos hechos…")
