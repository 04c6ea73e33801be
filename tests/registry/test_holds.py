"""An import holds the recovery, and mails, only when the e-mail or a value that a question shows changes."""

from pathlib import Path

import pytest
from django.core import mail

from accounts.contact_hold import hold_is_due
from accounts.models import Member
from audit.kinds import Kind
from audit.models import Event
from outbox.worker import drain
from recovery.masked_values import KINDS
from tests.makers import ROSA
from tests.registry.files import file_of, people, run

pytestmark = pytest.mark.django_db
QUIET = [
    {"direccion": "CL 45 # 23-60"},
    {"direccion": "Carrera 9 # 1-60"},
    {"ciudad": "Bello"},
    {"agencia": "Norte"},
    {"nombres": "Rosa"},
    {"fecha_nacimiento": "1957-05-31"},
    {"telefono": "6015553419"},
]
HELD = [
    {"correo": "nueva@correo.example"},
    {"correo": ""},
    {"celular": "3105552828"},
    {"celular": ""},
    {"telefono": "6045553418"},
    {"direccion": "Calle 45 # 23-61"},
    {"fecha_nacimiento": "1958-06-01"},
    {"fecha_expedicion": "1979-08-15"},
    {"fecha_expedicion": ""},
]


def bring_change(tmp_path: Path, changes: dict[str, str]) -> Member:
    """Twenty members, of whom one changes."""
    run(file_of(tmp_path, *people(20)))
    run(file_of(tmp_path, people(1)[0] | changes, *people(20)[1:]))
    drain()
    assert not Member.objects.exclude(document="1000").exclude(held_until=None).exists()
    return Member.objects.get(document="1000")


@pytest.mark.parametrize("changes", QUIET, ids=str)
def test_another_spelling_or_what_no_question_shows_holds_nobody(tmp_path: Path, changes: dict[str, str]):
    member = bring_change(tmp_path, changes)
    assert (member.held_until, mail.outbox) == (None, [])


@pytest.mark.parametrize("changes", HELD, ids=str)
def test_what_a_question_shows_and_the_email_hold(tmp_path: Path, changes: dict[str, str]):
    member = bring_change(tmp_path, changes)
    assert member.held_until is not None
    addresses = {"p0@correo.example", changes.get("correo", "p0@correo.example")} - {""}
    assert {message.to[0] for message in mail.outbox} == addresses
    assert all("durante 72 horas no se puede pedir" in message.body for message in mail.outbox)


def test_a_quiet_change_of_contact_leaves_its_event_all_the_same(tmp_path: Path):
    bring_change(tmp_path, {"direccion": "CL 45 # 23-60"})
    assert Event.objects.get(kind=Kind.CONTACT_CHANGED).details == '{"changed":["address"],"road":"import"}'


def test_the_hold_knows_every_kind_of_question():
    rosa = Member(**ROSA)
    for kind in KINDS.values():
        other = Member(**{**ROSA, kind.field: None if "date" in kind.field else ""})
        assert hold_is_due(rosa, other), kind.name


def test_holds_are_counted_in_the_report(tmp_path: Path):
    run(file_of(tmp_path, *people(20)))
    said = run(file_of(tmp_path, *people(2, celular="3105559999"), *people(20)[2:]), "--dry-run")
    assert "asociados con recuperación detenida 72 horas: 2" in said
    assert not Member.objects.exclude(held_until=None).exists()
