"""What the commands on one staff account share."""

from django.core.management.base import CommandError, CommandParser

from accounts.documents import BadDocument, clean_document
from accounts.models import Member


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
