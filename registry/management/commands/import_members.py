"""Import the registry's members from a file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from audit.actors import Actor
from common.files.columns_help import explain_columns, gave_template
from common.files.importing import add_options, run
from common.files.tables import Column
from registry.columns import member_columns
from registry.importing import import_members


class Command(BaseCommand):
    help = (
        "Trae los asociados de un archivo CSV o XLSX: agrega los nuevos y actualiza los demás por documento."
        " El asociado que el archivo no trae queda como estaba: se retira con estado retirado."
        " Si cambiaría más del 10 % de un dato, no se escribe nada sin --yes."
        " Un cambio de contacto aprobado en la oficina se conserva hasta que el núcleo lo traiga, o traiga otro."
        " Ejemplo: manage.py import_members asociados.csv --dry-run --rejects malos.csv"
    )

    requires_system_checks = ()  # they load every page of the portal; manage.py check and doctor run them

    def add_arguments(self, parser: CommandParser) -> None:
        add_options(parser)
        explain_columns(parser, _columns())

    def handle(self, *args: Any, **options: Any) -> None:
        if not gave_template(options, _columns(), self.stdout):
            run(import_members, options, self.stdout, by=Actor.operator(options["by"]))


def _columns() -> list[Column]:
    return member_columns(timezone.localdate())
