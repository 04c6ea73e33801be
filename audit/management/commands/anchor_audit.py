"""Append an anchor of the audit trail to a file."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.actors import Actor
from audit.anchors import BadAnchor, write_anchor


class Command(BaseCommand):
    help = (
        "Anota número y código del último evento fuera de la base de datos, en AUDIT_ANCHORS o en --to. "
        "Sirve otro equipo, una memoria o un correo impreso. Ejemplo: manage.py anchor_audit --to /media/usb/anclas.txt"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, metavar="ARCHIVO", help="en vez de AUDIT_ANCHORS")
        parser.add_argument("--by", default="anchor_audit", metavar="QUIÉN", help="quién lo hace (queda en la auditoría)")

    def handle(self, *args: Any, to: Path | None, by: str, **options: Any) -> None:
        path = to or (Path(settings.AUDIT_ANCHORS) if settings.AUDIT_ANCHORS else None)
        if path is None:
            raise CommandError("Diga dónde: escriba AUDIT_ANCHORS en .env o use --to ARCHIVO.")
        try:
            anchor = write_anchor(path, by=Actor.operator(by))
        except BadAnchor as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"✔ Anclado el evento {anchor.number} en {path}.")
