"""Roles and permissions of the staff realm. A role is a Django group; an administrator is a superuser."""

from typing import Any, cast

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.http import HttpRequest

from accounts.models import Member
from accounts.visitors import network_of
from audit.actors import Actor

VIEWS = ["accounts.view_member", "accounts.view_contactchange"]
LISTS = ["audit.view_event", "outbox.view_message", "recovery.view_attempt", "statements.view_product"]
DESK = ["issue_key", "unlock_member", "unmask_data", "propose_contact"]
SUPERVISION = ["approve_contact", "require_change", "block_member", "act_in_bulk", "export_members"]
ROLES: dict[str, list[str]] = {
    "auxiliar": VIEWS + [f"backoffice.{name}" for name in DESK],
    "supervisor": VIEWS + LISTS + [f"backoffice.{name}" for name in DESK + SUPERVISION],
    "auditor": VIEWS + LISTS + ["backoffice.unmask_data", "backoffice.export_trail"],
}
ADMIN = "admin"


def put_back_roles(using: str = "default", **kwargs: Any) -> None:
    """Handler of `post_migrate`: give each role exactly the permissions of the table."""
    for role, names in ROLES.items():
        group, _ = Group.objects.using(using).get_or_create(name=role)
        group.permissions.set(_permissions(names, using))


def _permissions(names: list[str], using: str) -> list[Permission]:
    wanted = Q(pk__in=[])
    for name in names:
        app, _, codename = name.partition(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    return list(Permission.objects.using(using).filter(wanted))


def role_of(member: Member) -> str:
    """`admin`, `supervisor`, `auxiliar`, `auditor`, or "" for staff without a role."""
    if member.is_superuser:
        return ADMIN
    names = {group.name for group in member.groups.all()}
    return next((role for role in ROLES if role in names), "")


def actor_of(request: HttpRequest) -> Actor:
    """The actor of this request, for the audit trail."""
    member = staff_of(request)
    return Actor.staff(member.document, role_of(member), network_of(request.META.get("REMOTE_ADDR", "")))


def staff_of(request: HttpRequest) -> Member:
    """The signed-in member of staff; call it only in views that the site protects."""
    return cast(Member, request.user)
