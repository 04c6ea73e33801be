"""How tests come through the staff door: password at the form, code by the clock, as a person with a telephone would."""

from typing import Any

from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from backoffice.codes import STEP, code_at
from backoffice.factor import begin_enrolment, secret_of
from backoffice.models import StaffFactor
from backoffice.roles import ADMIN
from tests import makers

PASSWORD = "cuatro mangos en la mesa"
COLLEAGUES = {
    "auxiliar": {"document": "43018552"},
    "supervisor": {"document": "43555019", "first_names": "Lucía", "last_names": "Arango Vélez"},
    "auditor": {"document": "43777208", "first_names": "Gloria", "last_names": "Ossa Duque"},
    ADMIN: {"document": "43999461", "first_names": "Mario", "last_names": "Zapata Ruiz"},
}


def hire(role: str, **changes: Any) -> Member:
    """Somebody of the staff with this role ("" for none), a password, and an app already enrolled."""
    staff = makers.make_staff(**{**COLLEAGUES.get(role, {}), **changes, "is_superuser": role == ADMIN})
    staff.set_password(PASSWORD)
    staff.save()
    staff.groups.set(Group.objects.filter(name=role))
    begin_enrolment(staff)
    StaffFactor.objects.filter(member=staff).update(confirmed_at=timezone.now())
    return staff


def code_of(staff: Member, later: int = 0) -> str:
    """What the telephone shows now (or `later` steps from now)."""
    step = int(timezone.now().timestamp()) // STEP + later
    return code_at(secret_of(StaffFactor.objects.get(member=staff)), step)


def sign_in(client: Client, staff: Member, *, password: str = PASSWORD, code: str | None = None) -> Any:
    """Type document, password and code at the staff door."""
    data = {"documento": staff.document, "contrasena": password, "codigo": code_of(staff) if code is None else code}
    return client.post("/admin/login/", data)


def inside(role: str, **changes: Any) -> Client:
    """A browser in which somebody with this role has just come in."""
    client = Client()
    response = sign_in(client, hire(role, **changes))
    assert response.status_code == 302, response.content.decode()
    return client
