"""Authentication backends of the two realms. A session belongs to one; `get_user` sets it as the user's `realm`.

Neither `authenticate` accepts credentials, because rate limits must be charged first: members sign in through
`sign_in.sign_in`, staff through the back office's form.
"""

from django.contrib.auth.backends import ModelBackend

from accounts.models import MEMBER_REALM, STAFF_REALM, Member
from common.sql.select import select_one


class AccessKeyBackend:
    """The member realm: no permissions; blocked and retired members have no session."""

    def authenticate(self, request: object, **credentials: object) -> None:
        return None

    def get_user(self, user_id: int) -> Member | None:
        member = select_one(Member, "id = %s", user_id)
        if member is None or not member.may_enter:
            return None
        member.realm = MEMBER_REALM
        return member


class StaffBackend(ModelBackend):
    """The staff realm: Django's permissions, for active staff only."""

    def authenticate(self, request: object, **credentials: object) -> None:  # type: ignore[override]
        return None

    def get_user(self, user_id: int) -> Member | None:
        member = Member.objects.filter(pk=user_id, is_staff=True, is_active=True).first()
        if member is not None:
            member.realm = STAFF_REALM
        return member


MEMBER_BACKEND = "accounts.backends.AccessKeyBackend"
STAFF_BACKEND = "accounts.backends.StaffBackend"
