"""Fill an empty database with an invented cooperative."""

from argparse import ArgumentParser
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from accounts.models import Member
from audit.actors import Actor
from common.files.output import said_reason
from cooperen.demo.cast import BY, Part, cast
from cooperen.demo.files import Files, write_files
from recovery.registry_statistics import measure_once

MEMBERS = 200


class Command(BaseCommand):
    help = (
        "Llena una base de datos vacía con una cooperativa inventada: asociados, productos y dos años de movimientos."
        " Ejemplo: manage.py demo --members 500"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--members", type=int, default=MEMBERS, metavar="N", help=f"cuántos asociados ({MEMBERS})")
        parser.add_argument("--files", type=Path, metavar="DIR", help="guarda aquí los tres archivos que se importan")
        parser.add_argument("--seed", type=int, default=2021, help="otra cooperativa inventada (2021)")

    def handle(self, *args: Any, **options: Any) -> None:
        if Member.objects.exists():
            raise CommandError("La base de datos ya tiene asociados; la demostración solo llena una vacía.")
        if options["members"] < 10:
            raise CommandError("Pida 10 asociados o más: la demostración usa a varios.")
        with TemporaryDirectory() as folder:
            where = options["files"] or Path(folder)
            try:
                files = write_files(where, options["members"], options["seed"], timezone.localdate())
            except OSError as error:
                raise CommandError(f"No se puede escribir {error.filename}: {said_reason(error)}.") from None
            self.bring_in(files)
        measure_once(Actor.operator(BY))  # before the questions are told: the worker would do it later
        self.stdout.write(as_table(list(cast())))

    def bring_in(self, files: Files) -> None:
        """Import with the operators' commands, so that the demo also exercises them."""
        for command, path in (
            ("import_members", files.members),
            ("import_products", files.products),
            ("import_movements", files.movements),
        ):
            output = StringIO()
            call_command(command, str(path), stdout=output)
            self.stderr.write(output.getvalue().strip())


def as_table(parts: list[Part]) -> str:
    """The demo accounts as a table for a terminal."""
    table = Table("Qué probar", "Documento", "Con qué", show_lines=True)
    for part in parts:
        table.add_row(part.purpose, part.document, "\n".join(part.lines))
    console = Console(file=StringIO(), width=100)
    console.print(table)
    return console.file.getvalue()  # type: ignore[attr-defined]
