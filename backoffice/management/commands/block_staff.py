"""Block a staff account."""

from accounts.models import Member
from audit.actors import Actor
from backoffice.actions import block_staff
from backoffice.management.base import StaffCommand


class Command(StaffCommand):
    help = (
        "Cierra la puerta de funcionarios a una persona y sus sesiones; reopen_staff la abre otra vez. "
        'Ejemplo: manage.py block_staff 43018552 --reason "Ya no trabaja aquí"'
    )
    signed = False

    def act(self, member: Member, by: Actor, reason: str) -> str:
        done = block_staff(member=member, by=by, reason=reason)
        return f"✔ La cuenta de {member} quedó bloqueada." if done else f"La cuenta de {member} ya estaba bloqueada."
