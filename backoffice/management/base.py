"""What the commands on one staff account share."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import NotNow
from accounts.models import Member
from audit.actors import Actor
from common.colombia.documents import BadDocument, clean_document


def add_account_arguments(parser: CommandParser) -> None:
    """The document, and for the trail who acts and why."""
    parser.add_argument("document", metavar="D", help="documento del funcionario")
    parser.add_argument("--by", default="consola", metavar="QUIÉN", help="quién lo hace (queda en la auditoría)")
    parser.add_argument("--reason", default="", metavar="TEXTO", help="por qué (queda en la auditoría)")


def find_staff(document: str) -> Member:
    """By document, however typed; CommandError with a sentence for whoever has no staff account."""
    try:
        return Member.objects.get(document=clean_document(document), is_staff=True)
    except BadDocument as error:
        raise CommandError(f"{error}: «{document}»") from error
    except Member.DoesNotExist as error:
        raise CommandError(f"Nadie con el documento {document} es funcionario.") from error


class StaffCommand(BaseCommand):
    """One verb on a staff account, with `--by` and `--reason` for the trail; both must be said."""

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
        """Do it; what to tell the operator."""
        raise NotImplementedError
