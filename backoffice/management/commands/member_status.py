"""Print whether a member can sign in, why not, and what to do."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.access_state import access_state_of
from accounts.management.base import find_member
from backoffice.advice import advice_about


class Command(BaseCommand):
    help = "Dice si un asociado puede entrar, por qué no, y qué hacer. Ejemplo: manage.py member_status 1020304"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("document", metavar="D", help="documento del asociado")
        parser.add_argument("--json", action="store_true", help="para que lo lea un programa")

    def handle(self, *args: Any, **options: Any) -> None:
        member = find_member(options["document"])
        access = access_state_of(member)
        advice = advice_about(access, timezone.now())
        if options["json"]:
            reasons = [{"por_que": each.why, "que_hacer": each.todo} for each in advice]
            answer = {"estado": str(access.state), "puede_entrar": access.may_enter, "motivos": reasons}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(f"{member.full_name}: {access.state}")
        for each in advice:
            self.stdout.write(f"- {each.why} {each.todo}")
