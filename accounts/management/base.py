"""The base class of commands that act on one member."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import NotNow
from accounts.models import Member
from audit.actors import Actor
from common.colombia.documents import BadDocument, clean_document

NOBODY = "No hay nadie con el documento {} en el registro."


def find_member(document: str, nobody: str = NOBODY, **conditions: bool) -> Member:
    """The account with this document, in any spelling; raises CommandError if there is none."""
    try:
        return Member.objects.get(document=clean_document(document), **conditions)
    except BadDocument as error:
        raise CommandError(f"{error}: «{document}»") from error
    except Member.DoesNotExist as error:
        raise CommandError(nobody.format(document)) from error


def check_reason(reason: str) -> None:
    """Raises CommandError for a blank `--reason`, such as that of a variable that is not set."""
    if not reason.strip():
        raise CommandError("Diga por qué con --reason: queda en la auditoría. No se hizo nada.", returncode=2)


class MemberCommand(BaseCommand):
    """One action on one member, with `--by` and `--reason` for the trail."""

    whose = "asociado"
    signed = True  # whether `--by` and `--reason` are required

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("document", metavar="D", help=f"documento del {self.whose}")
        by, reason = "quién lo hace (queda en la auditoría)", "por qué (queda en la auditoría)"
        parser.add_argument("--by", required=self.signed, default="consola", metavar="QUIÉN", help=by)
        parser.add_argument("--reason", required=self.signed, default="", metavar="TEXTO", help=reason)

    def handle(self, *args: Any, **options: Any) -> None:
        if self.signed:
            check_reason(options["reason"])
        member = self.find(options["document"])
        try:
            self.stdout.write(self.act(member, Actor.operator(options["by"]), options["reason"]))
        except NotNow as error:
            raise CommandError(str(error)) from error

    def find(self, document: str) -> Member:
        return find_member(document)

    def act(self, member: Member, by: Actor, reason: str) -> str:
        """Run the action; the sentence to print for the operator."""
        raise NotImplementedError
