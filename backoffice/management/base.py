"""Base of the commands for one staff account."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import NotNow
from accounts.models import Member
from audit.actors import Actor
from common.colombia.documents import BadDocument, clean_document


def add_account_arguments(parser: CommandParser) -> None:
    """Add the document, and the actor and reason for the audit trail."""
    parser.add_argument("document", metavar="D", help="documento del funcionario")
    parser.add_argument("--by", default="consola", metavar="QUIÉN", help="quién lo hace (queda en la auditoría)")
    parser.add_argument("--reason", default="", metavar="TEXTO", help="por qué (queda en la auditoría)")


def find_staff(document: str) -> Member:
    """The staff account of a document in any spelling; CommandError if there is none."""
    try:
        return Member.objects.get(document=clean_document(document), is_staff=True)
    except BadDocument as error:
        raise CommandError(f"{error}: «{document}»") from error
    except Member.DoesNotExist as error:
        raise CommandError(f"Nadie con el documento {document} es funcionario.") from error


class StaffCommand(BaseCommand):
    """A command for one staff account; `--by` and `--reason` are required and recorded in the trail."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("document", metavar="D", help="documento del funcionario")
        parser.add_argument("--by", required=True, metavar="QUIÉN", help="quién lo hace (queda en la auditoría)")
        parser.add_argument("--reason", required=True, metavar="TEXTO", help="por qué (queda en la auditoría)")

    def handle(self, *args: Any, **options: Any) -> None:
        member = find_staff(options["document"])
        try:
            self.stdout.write(self.act(member, Actor.operator(options["by"]), options["reason"]))
        except NotNow as error:
            raise CommandError(str(error)) from error

    def act(self, member: Member, by: Actor, reason: str) -> str:
        """Run the action; the sentence for the operator."""
        raise NotImplementedError
