"""The request that reaches a member's page, for annotations: the middleware lets nobody else in."""

from django.http import HttpRequest

from accounts.models import Member


class MemberRequest(HttpRequest):
    user: Member
