"""The base class of commands that act on one member."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Member
from audit.actors import Actor
from common.colombia.documents import BadDocument


def find_member(document: str) -> Member:
    """The member with this document, in any spelling; raises CommandError if there is none."""
    try:
        return Member.objects.get_by_natural_key(document)
    except BadDocument as error:
        raise CommandError(f"{error}: «{document}»") from error
    except Member.DoesNotExist as error:
        raise CommandError(f"No hay nadie con el documento {document} en el registro.") from error


class MemberCommand(BaseCommand):
    """A command that runs one action on one member, with `--by` and `--reason` for the audit trail."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("document", metavar="D", help="documento del asociado")
        parser.add_argument("--by", required=True, metavar="QUIÉN", help="quién lo hace (queda en la auditoría)")
        parser.add_argument("--reason", required=True, metavar="TEXTO", help="por qué (queda en la auditoría)")

    def handle(self, *args: Any, **options: Any) -> None:
        member = find_member(options["document"])
        self.stdout.write(self.act(member, Actor.operator(options["by"]), options["reason"]))

    def act(self, member: Member, by: Actor, reason: str) -> str:
        """Run the action; the sentence to print for the operator."""
        raise NotImplementedError
