"""Make the monthly PDFs of all members."""

import sys
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from audit.actors import Actor
from common.colombia.formats import thousands
from common.files.output import said_reason
from statements.extract.all_members import Made
from statements.importing.actions import make_statements
from statements.months import Month

STEP = 100  # documents between two lines of progress


class Command(BaseCommand):
    help = "Hace el extracto de un mes en PDF para todos los asociados. Repetido, solo hace los que falten o cambiaron."

    _shown = 0  # documents when progress was last shown

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
            result = make_statements(month=month, folder=folder, by=by, progress=self._progress)
        except OSError as error:
            raise CommandError(f"No se puede escribir {error.filename or folder}: {said_reason(error)}.") from None
        except DatabaseError as error:
            raise CommandError(f"La base de datos no respondió ({type(error).__name__}). Repita la orden.") from None
        if not (result.made or result.same or result.failed):
            raise CommandError(f"No hay datos de {month.name}.")
        self.stdout.write(f"{result.made} extractos hechos, {result.same} ya estaban, en {folder}.")
        if result.failed:
            raise CommandError(_failed(result.failed))

    def _progress(self, result: Made) -> None:
        done = result.made + result.same
        if sys.stderr.isatty() and done - self._shown >= STEP:
            self._shown = done
            self.stderr.write(f"{thousands(done)} extractos…")


def _failed(names: list[str]) -> str:
    one = len(names) == 1
    listed = "\n".join(f"  {name}" for name in names)
    return f"{thousands(len(names))} {'extracto no se pudo' if one else 'extractos no se pudieron'} hacer:\n{listed}"
