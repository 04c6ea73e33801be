"""The two doors. A session belongs to the one it came through; `get_user` marks its user with it.

Neither backend's `authenticate` signs anybody in by itself: the member door is `actions.sign_in`, the staff door the
back office's own form, each with its budgets in front.
"""

from django.contrib.auth.backends import ModelBackend

from accounts.models import MEMBER_REALM, STAFF_REALM, Member
from common.sql.select import select_one


class AccessKeyBackend:
    """The member door: no permissions, and nobody who was blocked or left the cooperative."""

    def authenticate(self, request: object, **credentials: object) -> None:
        return None

    def get_user(self, user_id: int) -> Member | None:
        member = select_one(Member, "id = %s", user_id)
        if member is None or not member.may_enter:
            return None
        member.realm = MEMBER_REALM
        return member


class StaffBackend(ModelBackend):
    """The staff door: Django's permissions, for active staff only."""

    def authenticate(self, request: object, **credentials: object) -> None:  # type: ignore[override]
        return None

    def get_user(self, user_id: int) -> Member | None:
        member = Member.objects.filter(pk=user_id, is_staff=True, is_active=True).first()
        if member is not None:
            member.realm = STAFF_REALM
        return member


MEMBER_BACKEND = "accounts.backends.AccessKeyBackend"
STAFF_BACKEND = "accounts.backends.StaffBackend"
