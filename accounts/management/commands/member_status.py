"""Print whether a member can sign in, why not, and what to do."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.access_state import access_state_of
from accounts.management.base import find_member


class Command(BaseCommand):
    help = "Dice si un asociado puede entrar, por qué no, y qué hacer. Ejemplo: manage.py member_status 1020304"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("document", metavar="D", help="documento del asociado")
        parser.add_argument("--json", action="store_true", help="para que lo lea un programa")

    def handle(self, *args: Any, **options: Any) -> None:
        member = find_member(options["document"])
        state = access_state_of(member)
        if options["json"]:
            advices = [{"por_que": advice.why, "que_hacer": advice.todo} for advice in state.advices]
            answer = {"estado": str(state.state), "puede_entrar": state.may_enter, "motivos": advices}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(f"{member.full_name}: {state.state}")
        for advice in state.advices:
            self.stdout.write(f"- {advice.why} {advice.todo}")
