"""Create a staff account, or change its role or password."""

import sys
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from accounts.actions import NotNow
from accounts.models import Member
from audit.actors import Actor
from backoffice.actions import Person, make_staff, refuse_blocked
from backoffice.roles import ADMIN, ROLES
from common.colombia.documents import BadDocument, clean_document


class Command(BaseCommand):
    help = (
        "Crea una cuenta de funcionario, o cambia su rol; una bloqueada la abre solo reopen_staff. "
        "El segundo factor se inscribe en el primer ingreso. "
        "Ejemplo: manage.py create_staff 43018552 --role supervisor"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("document", metavar="D", help="documento del funcionario")
        parser.add_argument("--role", required=True, choices=[*ROLES, ADMIN], help="qué puede hacer")
        parser.add_argument("--password-stdin", action="store_true", help="lee la contraseña de la entrada, sin preguntar nada")
        parser.add_argument("--first-names", default="", help="nombres, si no es asociado")
        parser.add_argument("--last-names", default="", help="apellidos, si no es asociado")
        parser.add_argument("--email", default="", help="correo, si no es asociado")
        parser.add_argument("--by", default="consola", metavar="QUIÉN", help="quién lo hace (queda en la auditoría)")

    def handle(self, *args: Any, **options: Any) -> None:
        document = self._document(options["document"])
        member = Member.objects.filter(document=document).first()
        try:
            if member:
                refuse_blocked(member)
            person = None if member else self._person(options)
            password = self._password(options["password_stdin"], member or self._unsaved(document, person))
            made = make_staff(
                document=document, role=options["role"], password=password, by=Actor.operator(options["by"]), person=person
            )
        except NotNow as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"✔ {made} puede entrar en /admin/ como {options['role']}. En su primer ingreso inscribe el segundo factor."
        )

    def _document(self, text: str) -> str:
        try:
            return clean_document(text)
        except BadDocument as error:
            raise CommandError(f"{error}: «{text}»") from error

    def _person(self, options: dict[str, Any]) -> Person:
        asked = {"first_names": "Nombres", "last_names": "Apellidos", "email": "Correo"}
        values = {name: options[name] or self._ask(label, options) for name, label in asked.items()}
        try:
            validate_email(values["email"])
        except ValidationError as error:
            raise CommandError("Escriba el correo completo, por ejemplo nombre@correo.com.") from error
        return Person(**{name: value[:80] if name != "email" else value for name, value in values.items()})

    def _unsaved(self, document: str, person: Person | None) -> Member:
        """An unsaved person, so that a password made of their own name is refused."""
        return Member(document=document, **(vars(person) if person else {}))

    def _ask(self, label: str, options: dict[str, Any]) -> str:
        asks = sys.stdin.isatty() and not options["password_stdin"]
        value = input(f"{label}: ").strip() if asks else ""
        if not value:
            raise CommandError("No es asociado: diga --first-names, --last-names y --email.")
        return value

    def _password(self, from_stdin: bool, member: Member) -> str | None:
        password = (
            sys.stdin.readline().rstrip("\r\n") if from_stdin else self._ask_password(bool(member.pk and member.is_staff))
        )
        if not password:
            if member.is_staff and not from_stdin:
                return None
            raise CommandError("Falta la contraseña.")
        try:
            validate_password(password, member)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        return password

    def _ask_password(self, may_keep: bool) -> str:
        password = getpass("Contraseña (vacía para dejar la que tiene): " if may_keep else "Contraseña: ")
        if password and password != getpass("Otra vez: "):
            raise CommandError("Las dos contraseñas no son iguales.")
        return password
