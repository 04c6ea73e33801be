"""Verify the audit trail and the anchors."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.anchors import Anchor, BadAnchor, read_anchors
from audit.models import Head
from audit.verify import first_break


class Command(BaseCommand):
    help = (
        "Revisa toda la auditoría: numeración, códigos, final y anclas. Sale con 1 y dice el primer evento dañado. "
        "Ejemplo: manage.py verify_audit --anchors /media/usb/anclas.txt"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anchors", type=Path, metavar="ARCHIVO", help="anclas escritas por anchor_audit")

    def handle(self, *args: Any, anchors: Path | None, **options: Any) -> None:
        known = self._anchors(anchors)
        found = first_break(known, self._tell)
        if found:
            raise CommandError(f"La auditoría está dañada: {found.what}.")
        total = Head.objects.get(pk=1).number
        self.stdout.write(f"✔ Auditoría completa: {total} eventos, {len(known)} anclas comparadas, ninguno dañado.")

    def _anchors(self, path: Path | None) -> list[Anchor]:
        try:
            return read_anchors(path) if path else []
        except BadAnchor as error:
            raise CommandError(str(error)) from error

    def _tell(self, number: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{number} eventos revisados", ending="")
