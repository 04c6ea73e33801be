"""Export approved contact changes for the core."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.actors import Actor
from common.colombia.formats import thousands
from common.files.output import BadOutput
from registry.export import export_contact_changes


class Command(BaseCommand):
    help = (
        "Escribe los cambios de contacto aprobados que el núcleo todavía no tiene."
        " Usa las columnas del archivo de asociados, una fila completa por asociado, para registrarla en el núcleo."
        " Salen de la lista cuando el núcleo traiga el mismo dato, u otro nuevo."
        " Ejemplo: manage.py export_contact_changes cambios.csv --by ana"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", metavar="SALIDA.csv", type=Path, help="archivo nuevo; solo usted podrá leerlo")
        parser.add_argument("--by", default="consola", metavar="QUIÉN", help="quién lo hace (queda en la auditoría)")

    def handle(self, *args: Any, out: Path, by: str, **options: Any) -> None:
        try:
            rows = export_contact_changes(path=out, by=Actor.operator(by))
        except BadOutput as error:
            raise CommandError(str(error)) from None
        if rows:
            who = "1 asociado" if rows == 1 else f"{thousands(rows)} asociados"
            self.stdout.write(f"✔ {out} tiene los datos de {who}. Regístrelos en el núcleo.")
        else:
            self.stdout.write(f"✔ No hay cambios por llevar al núcleo: {out} tiene solo el encabezado.")
