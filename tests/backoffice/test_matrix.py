"""Permission matrix of the office: every url and staff action × every role × oneself, another member, a colleague.

A new url, staff action or bulk action without a row here fails.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

from accounts.access_actions import block_member
from accounts.models import ContactChange, Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Event
from audit.record import subject_of
from backoffice.admin import site
from backoffice.bulk import BULK
from backoffice.member_actions import MEMBER_ACTIONS
from backoffice.roles import ROLES
from backoffice.staff import ACCOUNT_ACTIONS
from recovery.contact_changes import propose_contact_change
from tests import makers
from tests.access import choose
from tests.access import sign_in as member_sign_in
from tests.office import hire, sign_in

pytestmark = pytest.mark.django_db
ALL = {"auxiliar", "supervisor", "auditor", "admin"}
WATCH = {"supervisor", "auditor", "admin"}
DESK = {"auxiliar", "supervisor", "admin"}
HEAD = {"supervisor", "admin"}
SAID = {"motivo": "Lo pidió", "como": "otra", "entrega": "mostrar", "celular": "3195550000", "contrasena_pdf": "mangos verdes"}
Make = Callable[[Member], Any]


@dataclass(frozen=True)
class Row:
    """A url for these roles. With `kind`, a POST of `data` must record that event exactly where it is allowed."""

    name: str
    roles: set[str]
    kind: Kind | None = None
    on_self: bool = False
    slug: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    prepare: Make = lambda member: None
    target: Make = lambda member: member.pk


def proposal(member: Member) -> Any:
    by = Actor.member("99")
    return propose_contact_change(member=member, changes={"email": "nuevo@correo.example"}, by=by)


def blocked(member: Member) -> Any:
    return block_member(member=member, by=Actor.operator("pruebas"), reason="Robo")


def waiting(member: Member) -> int:
    return ContactChange.objects.get(member=member).pk


def bulk(name: str) -> dict[str, Any]:
    return {**SAID, "index": "0", "select_across": "0", "action": name, "confirmado": "1"}


CARD, MEMBER_ACTION = "accounts_member_card", "accounts_member_action"
CHANGE, STAFF = "accounts_contactchange_decide", "backoffice_staff_action"
MEMBERS = "accounts_member_changelist"
ROWS = [
    Row("index", ALL | {"none"}),
    Row("password_change", ALL | {"none"}),
    Row("logout", ALL | {"none"}, Kind.STAFF_LEFT, on_self=True),
    Row(MEMBERS, ALL),
    Row("accounts_contactchange_changelist", ALL),
    Row("recovery_attempt_changelist", WATCH),
    Row("outbox_message_changelist", WATCH),
    Row("statements_product_changelist", WATCH),
    Row("audit_event_changelist", WATCH),
    Row("audit_event_csv", {"auditor", "admin"}),
    Row("backoffice_cannotrecover_changelist", ALL),
    Row("backoffice_cannotrecover_csv", HEAD),
    Row("backoffice_staff_changelist", {"admin"}),
    Row(CARD, ALL),
    Row("accounts_member_of", ALL, target=lambda member: subject_of(member.document)),
    Row("accounts_member_unmask", ALL, Kind.DATA_UNMASKED, on_self=True),
    Row("accounts_member_issue", DESK, Kind.KEY_ISSUED, data={**SAID, "anterior": "0"}),
    Row("accounts_member_issue", DESK, Kind.KEY_ISSUED, data={**SAID, "anterior": "0", "entrega": "correo"}),
    Row(MEMBER_ACTION, DESK, Kind.MEMBER_UNLOCKED, slug="quitar-pausa", data=SAID),
    Row(
        MEMBER_ACTION,
        HEAD,
        Kind.KEY_CHANGE_REQUIRED,
        slug="exigir-cambio",
        data=SAID,
        prepare=lambda member: choose(member, "60382"),
    ),
    Row(MEMBER_ACTION, HEAD, Kind.MEMBER_BLOCKED, slug="bloquear", data=SAID),
    Row(MEMBER_ACTION, HEAD, Kind.MEMBER_RESTORED, slug="restablecer", data=SAID, prepare=blocked),
    Row(MEMBER_ACTION, DESK, Kind.CONTACT_PROPOSED, slug="contacto", data=SAID),
    Row(CHANGE, HEAD, Kind.CONTACT_APPROVED, data={"decision": "aprobar"}, prepare=proposal, target=waiting),
    Row(CHANGE, HEAD, Kind.CONTACT_REJECTED, data={"decision": "negar", **SAID}, prepare=proposal, target=waiting),
    Row(STAFF, {"admin"}, Kind.STAFF_BLOCKED, slug="bloquear", data=SAID),
    Row(STAFF, {"admin"}, Kind.FACTOR_RESET, slug="segundo-factor", data=SAID),
    Row(MEMBERS, HEAD, Kind.LETTERS_MADE, data=bulk("emitir_claves") | {"anterior": "0"}),
    Row(MEMBERS, HEAD, Kind.MEMBER_UNLOCKED, data=bulk("quitar_pausa")),
    Row(MEMBERS, HEAD, Kind.KEY_CHANGE_REQUIRED, data=bulk("exigir_cambio"), prepare=lambda member: choose(member, "60382")),
    Row(MEMBERS, HEAD, Kind.DATA_EXPORTED, data=bulk("export_members"), on_self=True),
]
OPEN = {"login", "enrol"}  # tests/backoffice/test_sign_in.py
READS_CHANGE = {CHANGE: ALL}  # roles that may open a page whose POST is for fewer


def names(patterns: list[Any]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield str(pattern.name)


def test_every_url_and_action_has_a_row():
    assert set(names(site.get_urls())) == {row.name for row in ROWS} | OPEN
    assert {act.slug for act in MEMBER_ACTIONS} == {row.slug for row in ROWS if row.name == MEMBER_ACTION}
    assert set(ACCOUNT_ACTIONS) == {row.slug for row in ROWS if row.name == STAFF}
    assert {action.__name__ for action in BULK} == {row.data["action"] for row in ROWS if "action" in row.data}


@pytest.fixture
def clients(db: Any) -> dict[str, tuple[Client, Member | None]]:
    """A browser for each role, for staff without one, for a member in the member realm, and for a stranger."""
    documents = {
        "auxiliar": "43018552",
        "supervisor": "43555019",
        "auditor": "43777208",
        "admin": "43999461",
        "none": "43111222",
    }
    made: dict[str, tuple[Client, Member | None]] = {}
    for role, document in documents.items():
        staff = hire(role if role in {*ROLES, "admin"} else "", document=document, in_registry=True)
        made[role] = (Client(), staff)
        assert sign_in(made[role][0], staff).status_code == 302
    member = makers.make_other_member()
    made["member"] = (Client(), member)
    member_sign_in(made["member"][0], member.document, choose(member, "60382"))
    return {**made, "stranger": (Client(), None)}


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """Restore rows and cookies afterwards; a savepoint, because rate limits commit in transactions of their own."""
    cookies, savepoint = copy.deepcopy(client.cookies), transaction.savepoint()
    yield
    transaction.savepoint_rollback(savepoint)
    client.cookies = cookies


def objects(me: Member | None, staff_only: bool) -> dict[str, Member]:
    colleague = Member.objects.filter(is_staff=True).exclude(pk=me.pk if me else 0).first()
    rosa = Member.objects.filter(document=makers.ROSA["document"]).first() or makers.make_member()
    others = {"staff": colleague} if staff_only else {"other": rosa, "staff": colleague}
    return {**others, "self": me} if me is not None else others


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name} {row.slug or row.data.get('action', '')} {row.kind or ''}")
def test_each_url_and_action_is_open_to_its_roles_only(row: Row, clients: dict[str, tuple[Client, Member | None]]):
    wrong = []
    for role, (client, me) in clients.items():
        for what, member in objects(me, row.name == STAFF).items():
            with undone(client):
                row.prepare(member)
                wrong += [f"{role} → {what}: {sentence}" for sentence in problems(row, role, what, client, member)]
    assert wrong == []


def problems(row: Row, role: str, what: str, client: Client, member: Member) -> Iterator[str]:
    url = url_of(row, member)
    if row.kind is None or row.name != "logout":
        yield from opens(row, role, client.get(url).status_code)
    if row.kind is None:
        return
    before = Event.objects.filter(kind=row.kind).count()
    key = "_selected_action" if "action" in row.data else "-"
    response = client.post(url, {**row.data, key: member.pk})
    happened = Event.objects.filter(kind=row.kind).count() > before
    may = role in row.roles and (what != "self" or row.on_self)
    if happened != may:
        yield f"POST {response.status_code}: {'happened' if happened else 'did not happen'}"


def opens(row: Row, role: str, status: int) -> Iterator[str]:
    looked_at = {other.name: set() for other in ROWS}
    for other in ROWS:
        looked_at[other.name] |= other.roles if other.slug in ("", row.slug) else set()
    may = role in READS_CHANGE.get(row.name, looked_at[row.name])
    expected = {200, 302} if row.name in ("accounts_member_unmask", "accounts_member_of") else {200}
    if role in ("member", "stranger"):
        if status != 302:
            yield f"GET {status} outside the staff realm"
    elif may != (status in expected) or (not may and status != 403):
        yield f"GET {status}"


def url_of(row: Row, member: Member) -> str:
    if row.name in ("index", "logout", "password_change") or row.name.endswith(("changelist", "csv")):
        return reverse(f"admin:{row.name}")
    args = [row.target(member), row.slug] if row.slug else [row.target(member)]
    return reverse(f"admin:{row.name}", args=args)


def test_staff_have_no_permission_in_the_member_realm(member: Member):
    member.is_staff = member.is_superuser = True
    member.realm = "member"
    assert not member.has_perm("accounts.view_member")
    assert not member.has_module_perms("accounts")
