"""Export all data about one person as JSON."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.management.base import find_member
from accounts.models import Member
from audit.actors import Actor
from backoffice.export import everything_of
from common.files.output import BadOutput, OutputFile

BEGINNING = '{\n  "asociado":'  # an earlier export is replaced, any other file refused


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
        if out is None:
            self.stdout.write(_json(member, by))
            return
        try:
            with OutputFile(out, replaces=BEGINNING.encode()) as file, transaction.atomic():
                file.write(_json(member, by))
                file.sync()
        except BadOutput as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"✔ Los datos de {member} están en {out}.")


def _json(member: Member, by: str) -> str:
    return json.dumps(everything_of(member, by=Actor.operator(by)), ensure_ascii=False, indent=2)
