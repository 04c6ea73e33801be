"""Refill the sign-in limits of a staff account."""

from accounts.models import Member
from audit.actors import Actor
from backoffice.management.base import StaffCommand
from backoffice.reopening import unlock_staff
from ratelimits.gcra import Limit


class Command(StaffCommand):
    help = (
        "Quita la pausa de ingreso de un funcionario: llena los intentos de su cuenta, también los de cada red. "
        "Los límites de una red entera siguen como están. "
        'Ejemplo: manage.py unlock_staff 43018552 --by ana --reason "Alguien gastó sus intentos"'
    )

    def act(self, member: Member, by: Actor, reason: str) -> str:
        filled = unlock_staff(member=member, by=by, reason=reason)
        if not filled:
            return f"{member} no tenía intentos gastados."
        return f"✔ Se llenaron de nuevo los intentos de {member}: {'; '.join(map(_words, filled))}."


def _words(limit: Limit) -> str:
    network = limit.subject.partition(" ")[2]
    return f"los de su cuenta desde la red {network}" if network else "los de su cuenta en total"
