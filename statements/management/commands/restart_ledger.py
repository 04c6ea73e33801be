"""Forget a product's movements, so that its history can be brought anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.actors import Actor
from common.colombia.formats import thousands
from common.files.importing import command_errors
from statements.importing.restart import NoProduct, restart_ledger


class Command(BaseCommand):
    help = (
        "Olvida los movimientos de un producto, para traer su historia completa otra vez con import_movements."
        " Sirve cuando el núcleo corrigió un movimiento ya registrado, o la historia empezó mal."
        " El producto y sus saldos de corte quedan."
        ' Ejemplo: manage.py restart_ledger 20-4417 --by ana --reason "El núcleo reversó un abono de marzo"'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", metavar="NUMERO", help="número del producto, como en el archivo de productos")
        parser.add_argument("--by", required=True, metavar="QUIÉN", help="quién lo hace (queda en la auditoría)")
        parser.add_argument("--reason", required=True, metavar="TEXTO", help="por qué (queda en la auditoría)")

    def handle(self, *args: Any, number: str, by: str, reason: str, **options: Any) -> None:
        if not reason.strip():
            raise CommandError("Diga por qué con --reason: queda en la auditoría.")
        try:
            with command_errors():
                forgotten = restart_ledger(number=number, by=Actor.operator(by), reason=reason)
        except NoProduct:
            raise CommandError(f"No hay ningún producto con el número {number}.") from None
        if not forgotten:
            self.stdout.write(f"El producto {number} no tenía movimientos.")
            return
        lost = "se olvidó 1 movimiento" if forgotten == 1 else f"se olvidaron {thousands(forgotten)} movimientos"
        self.stdout.write(f"✔ Del producto {number} {lost}. Traiga ahora su historia completa con import_movements.")
