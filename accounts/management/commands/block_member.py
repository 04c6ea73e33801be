"""Block one member's access."""

from accounts.access_actions import block_member
from accounts.management.base import MemberCommand
from accounts.models import Member
from audit.actors import Actor


class Command(MemberCommand):
    help = 'Bloquea el acceso de un asociado. Ejemplo: manage.py block_member 1020304 --by ana --reason "Lo pidió por teléfono"'

    def act(self, member: Member, by: Actor, reason: str) -> str:
        if block_member(member=member, by=by, reason=reason):
            return f"El acceso de {member} quedó bloqueado y sus sesiones terminaron."
        return f"El acceso de {member} ya estaba bloqueado."
