"""Print the checks of `cooperen.doctor`; exit code 1 if one fails."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cooperen.doctor import examine


class Command(BaseCommand):
    help = "Mira todo lo que debe estar bien para operar y dice qué hacer con lo demás. Ejemplo: manage.py doctor --json"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="para que lo lea un programa")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = []
        for line in examine():
            lines.append(line)
            if not options["json"]:
                self.stdout.write(line.text())
        if options["json"]:
            report = [
                {"nombre": x.name, "bien": x.well, "hallado": x.found, "que_hacer": "" if x.well else x.to_do} for x in lines
            ]
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        if wrong := sum(not line.well for line in lines):
            raise CommandError(f"{wrong} por arreglar." if wrong > 1 else "Una cosa por arreglar.")
