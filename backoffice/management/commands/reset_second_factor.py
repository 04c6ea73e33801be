"""Remove the second factor of a staff account."""

from accounts.models import Member
from audit.actors import Actor
from backoffice.actions import reset_second_factor
from backoffice.management.base import StaffCommand


class Command(StaffCommand):
    help = (
        "Retira la aplicación de códigos y los códigos de respaldo de un funcionario; los inscribe otra vez al entrar. "
        'Ejemplo: manage.py reset_second_factor 43018552 --reason "Perdió el celular"'
    )
    signed = False

    def act(self, member: Member, by: Actor, reason: str) -> str:
        done = reset_second_factor(member=member, by=by, reason=reason)
        return f"✔ {member} inscribe otra vez su segundo factor." if done else f"{member} no tenía segundo factor."
