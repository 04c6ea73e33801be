"""Refill the rate limits of one member, which ends their lockouts."""

from accounts.access_actions import unlock_member
from accounts.management.base import MemberCommand
from accounts.models import Member
from audit.actors import Actor


class Command(MemberCommand):
    help = 'Quita las pausas de un asociado. Ejemplo: manage.py unlock_member 1020304 --by ana --reason "Se equivocó de clave"'

    def act(self, member: Member, by: Actor, reason: str) -> str:
        filled = unlock_member(member=member, by=by, reason=reason)
        if filled:
            return f"Se llenaron de nuevo los intentos de {member}: {', '.join(filled)}."
        return f"{member} no tenía intentos gastados."
