"""Open a blocked staff account."""

from accounts.models import Member
from audit.actors import Actor
from backoffice.management.base import StaffCommand
from backoffice.reopening import reopen_staff


class Command(StaffCommand):
    help = (
        "Abre la cuenta bloqueada de un funcionario, con la misma contraseña y el mismo segundo factor. "
        "Las sesiones de antes no vuelven. "
        'Ejemplo: manage.py reopen_staff 43018552 --by ana --reason "Volvió de su licencia"'
    )

    def act(self, member: Member, by: Actor, reason: str) -> str:
        if reopen_staff(member=member, by=by, reason=reason):
            return f"✔ La cuenta de {member} está abierta otra vez. Sus sesiones de antes no vuelven."
        return f"La cuenta de {member} no estaba bloqueada."
