"""Base of the commands for one staff account."""

from accounts.management.base import MemberCommand, find_member
from accounts.models import Member


class StaffCommand(MemberCommand):
    """One action on a staff account."""

    whose = "funcionario"

    def find(self, document: str) -> Member:
        return find_member(document, "Nadie con el documento {} es funcionario.", is_staff=True)
