"""Factories for rows as the portal itself would store them. Every person is invented."""

from datetime import date
from typing import Any

from accounts.models import Member

ROSA = {
    "document": "32451867",
    "document_type": "CC",
    "first_names": "Rosa Elena",
    "last_names": "Gómez Restrepo",
    "birth_date": date(1958, 5, 31),
    "issue_date": date(1979, 8, 14),
    "email": "rosa.gomez@correo.example",
    "mobile": "3105552827",
    "landline": "6045553419",
    "address": "Calle 45 # 23-60",
    "city": "Medellín",
    "branch": "Centro",
    "joined_on": date(1994, 3, 7),
}
HERNAN = {
    "document": "71223904",
    "document_type": "CC",
    "first_names": "Hernán Darío",
    "last_names": "Patiño Úsuga",
    "birth_date": date(1966, 11, 9),
    "issue_date": date(1985, 2, 20),
    "email": "hernan.patino@correo.example",
    "mobile": "3125557714",
    "landline": "6045558806",
    "address": "Carrera 70 # 44-18",
    "city": "Bello",
    "branch": "Norte",
    "joined_on": date(2001, 9, 17),
}
PATRICIA = {
    "document": "43018552",
    "first_names": "Patricia",
    "last_names": "Quintero Mesa",
    "email": "patricia.quintero@cooperen.example",
    "is_staff": True,
    "in_registry": False,
}


def make_member(**changes: Any) -> Member:
    """Rosa, with `changes` to her fields."""
    return Member.objects.create(**{**ROSA, **changes})


def make_other_member(**changes: Any) -> Member:
    """Hernán, with `changes` to his fields."""
    return Member.objects.create(**{**HERNAN, **changes})


def make_staff(**changes: Any) -> Member:
    """Patricia of the staff; she has no role until a test gives her one."""
    return Member.objects.create(**{**PATRICIA, **changes})
