"""Restore a blocked member's access."""

from accounts.access_actions import restore_member
from accounts.management.base import MemberCommand
from accounts.models import Member
from audit.actors import Actor


class Command(MemberCommand):
    help = 'Abre de nuevo un acceso bloqueado. Ejemplo: manage.py restore_member 1020304 --by ana --reason "Vino con su cédula"'

    def act(self, member: Member, by: Actor, reason: str) -> str:
        if restore_member(member=member, by=by, reason=reason):
            return f"El acceso de {member} está abierto otra vez, con la misma clave."
        return f"El acceso de {member} no estaba bloqueado."
