"""Export all data about one person as JSON."""

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.management.base import find_member
from audit.actors import Actor
from backoffice.export import everything_of


class Command(BaseCommand):
    help = (
        "Todo lo que se guarda de una persona (Ley 1581), en JSON y sin claves. "
        "Ejemplo: manage.py export_member 1020304 --out rosa.json --by ana"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("document", metavar="D", help="documento de la persona")
        parser.add_argument("--out", type=Path, metavar="ARCHIVO", help="en vez de la pantalla; solo usted podrá leerlo")
        parser.add_argument("--by", default="consola", metavar="QUIÉN", help="quién lo hace (queda en la auditoría)")

    def handle(self, *args: Any, document: str, out: Path | None, by: str, **options: Any) -> None:
        member = find_member(document)
        text = json.dumps(everything_of(member, by=Actor.operator(by)), ensure_ascii=False, indent=2)
        if out is None:
            self.stdout.write(text)
            return
        try:
            descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                os.fchmod(descriptor, 0o600)
                file.write(text)
        except OSError as error:
            raise CommandError(f"No se puede escribir en {out}: {error.__class__.__name__}.") from error
        self.stdout.write(f"✔ Los datos de {member} están en {out}.")
