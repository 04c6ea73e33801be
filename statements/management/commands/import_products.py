"""Import products from a file."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from audit.actors import Actor
from common.files.columns_help import explain_columns, gave_template
from common.files.importing import add_options, run
from common.files.tables import Column
from statements.importing.actions import import_products
from statements.importing.columns import product_targets


class Command(BaseCommand):
    help = (
        "Trae los productos de un archivo CSV o XLSX: agrega los nuevos y actualiza los demás por número."
        " Con --yes también pasa a otro documento los que el archivo diga."
        " Sin --yes se detiene si cambiaría el tipo, la línea o la apertura de más del 10 %."
        " También si borraría más del 10 % de otro dato."
        " Ejemplo: manage.py import_products productos.csv --dry-run --rejects malos.csv"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_options(parser)
        explain_columns(parser, _columns())

    def handle(self, *args: Any, **options: Any) -> None:
        if not gave_template(options, _columns(), self.stdout):
            run(import_products, options, self.stdout, by=Actor.operator(options["by"]))


def _columns() -> list[Column]:
    return [target.column for target in product_targets(timezone.localdate())]
