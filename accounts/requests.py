"""The member of a request. A view that the middleware closes to everybody else is given a `MemberRequest`."""

from typing import cast

from django.http import HttpRequest

from accounts.models import MEMBER_REALM, REALM_KEY, Member


class MemberRequest(HttpRequest):
    user: Member


def member_in(request: HttpRequest) -> Member | None:
    """The signed-in member, for views that are open without a session too."""
    if request.session.get(REALM_KEY) == MEMBER_REALM and request.user.is_authenticated:
        return cast(MemberRequest, request).user
    return None
