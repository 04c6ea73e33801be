"""Issue initial keys to a list of members and write them to one private file."""

import getpass
import os
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from accounts.initial_keys.runs import Refused, is_begun, is_complete, make_file
from accounts.models import AccessKey, Member
from audit.actors import Actor
from common.colombia.documents import BadDocument, clean_document
from common.colombia.formats import thousands
from common.files.encoding import Unreadable, open_text
from common.files.output import BadOutput, check_output

SHORTEST_PASSWORD = 8  # characters


class Command(BaseCommand):
    help = (
        "Emite una clave inicial a cada asociado y las escribe en un archivo que solo su dueño puede leer."
        " El mismo archivo otra vez termina una emisión interrumpida."
        " Ejemplo: manage.py issue_initial_keys --without-key --letters cartas.pdf --by «Ana, sistemas»"
    )

    requires_system_checks = ()  # they load every page of the portal; manage.py check and doctor run them

    def add_arguments(self, parser: CommandParser) -> None:
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("--document", metavar="D", action="append", help="un documento; se puede repetir")
        who.add_argument("--file", metavar="LISTA", type=Path, help="archivo con un documento por línea")
        who.add_argument("--without-key", action="store_true", help="todos los asociados activos que no tienen clave")
        out = parser.add_mutually_exclusive_group(required=True)
        out.add_argument("--letters", metavar="SALIDA.pdf", type=Path, help="una carta por asociado, en un PDF con contraseña")
        out.add_argument("--csv", metavar="SALIDA.csv", type=Path, help="documento,nombres,apellidos,clave,vence")
        parser.add_argument("--by", metavar="QUIÉN", required=True, help="quién las emite, para la auditoría")

    def handle(self, *args: Any, **options: Any) -> None:
        out = options["letters"] or options["csv"]
        try:
            check_output(out, inputs=[options["file"]] if options["file"] else [])
        except BadOutput as error:
            raise CommandError(f"{error} No se emitió ninguna clave.") from None
        members, passed_over = _chosen_members(options)
        if members and is_complete(out, members):
            self.stdout.write(f"{out} ya está completo: no se emitió ninguna clave.")
        elif members or is_begun(out):
            passed_over = list(dict.fromkeys([*passed_over, *self._make(out, members, options)]))
        else:
            self.stdout.write("No hay a quién emitir claves.")
        for sentence in passed_over[:20]:
            self.stderr.write(sentence)
        if passed_over:
            many = "documento quedó" if len(passed_over) == 1 else "documentos quedaron"
            raise CommandError(f"{thousands(len(passed_over))} {many} sin clave.")

    def _make(self, out: Path, members: list[int], options: dict[str, Any]) -> list[str]:
        """Make the file; a sentence for each member of the run without a key in it."""
        password = _password() if options["letters"] else None
        try:
            made = make_file(out=out, members=members, by=Actor.operator(options["by"]), password=password, tell=self._tell)
        except Refused as error:
            raise CommandError(str(error)) from None
        except BadOutput as error:
            more = "Las claves ya emitidas están guardadas: repita la misma orden para terminar."
            raise CommandError(f"{error} {more if is_begun(out) else 'No se emitió ninguna clave.'}") from None
        except DatabaseError as error:
            kind = type(error).__name__
            raise CommandError(f"La base de datos no respondió ({kind}). Repita la misma orden para terminar.") from None
        if made.keys:
            self.stdout.write(f"{out}: {thousands(made.keys)} claves iniciales. Entréguelas y borre el archivo.")
        else:
            self.stdout.write(f"No quedó ninguna clave por entregar: no se hizo {out}.")
        return made.left_out

    def _tell(self, done: int, of: int) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{thousands(done)} de {thousands(of)} claves…", ending="")


# ---- the members -------------------------------------------------------------------------------------------------


def _chosen_members(options: dict[str, Any]) -> tuple[list[int], list[str]]:
    """Ids of the members who get a key, and a sentence for each document that gets none."""
    if options["without_key"]:
        return _without_key(), []
    texts = options["document"] or _lines(options["file"])
    documents, passed_over = _cleaned(texts)
    found = {member.document: member for member in Member.objects.filter(document__in=documents)}
    for document in documents:
        if document not in found:
            passed_over.append(f"{document}: no está en el registro.")
        elif not found[document].may_enter:
            passed_over.append(f"{document}: está bloqueado o retirado.")
    return [found[one].pk for one in documents if one in found and found[one].may_enter], passed_over


def _without_key() -> list[int]:
    now = timezone.now()
    lasting = AccessKey.objects.live().filter(kind__in=[AccessKey.Kind.CHOSEN, AccessKey.Kind.INITIAL])
    has_key = lasting.filter(Q(expires_at=None) | Q(expires_at__gt=now)).values("member")
    members = Member.objects.filter(in_registry=True, status=Member.Status.ACTIVE, blocked_at=None)
    return list(members.exclude(pk__in=has_key).order_by("pk").values_list("pk", flat=True))


def _lines(path: Path) -> list[str]:
    try:
        with open_text(path) as file:
            return [line.strip().strip(";,\t") for line in file if line.strip()]
    except (Unreadable, OSError) as error:
        raise CommandError(
            str(error) if isinstance(error, Unreadable) else f"No se pudo abrir {path}: {error.strerror}."
        ) from None


def _cleaned(texts: list[str]) -> tuple[list[str], list[str]]:
    """The clean documents without repetitions, in order, and a sentence for each bad one; skips a heading «documento»."""
    documents: dict[str, None] = {}
    bad = []
    for text in texts:
        try:
            documents[clean_document(text)] = None
        except BadDocument as error:
            if text.lower() != "documento":
                bad.append(f"{text[:40]}: {error}.")
    return list(documents), bad


# ---- the letters' password ---------------------------------------------------------------------------------------


def _password() -> str:
    """The letters' password: from LETTERS_PASSWORD, else typed twice, else the first line of standard input."""
    password = os.environ.get("LETTERS_PASSWORD", "") or (_typed() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n"))
    if len(password) < SHORTEST_PASSWORD:
        raise CommandError(
            f"El PDF necesita una contraseña de {SHORTEST_PASSWORD} caracteres o más. No se emitió ninguna clave."
        )
    return password


def _typed() -> str:
    password = getpass.getpass("Contraseña para abrir las cartas: ")
    if password and password != getpass.getpass("Otra vez: "):
        raise CommandError("Las dos contraseñas no son iguales. No se emitió ninguna clave.")
    return password
