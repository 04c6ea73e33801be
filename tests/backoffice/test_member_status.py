"""`manage.py member_status` answers «¿Por qué no puedo entrar?»."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.access_actions import block_member
from accounts.actions import issue_key, require_change
from accounts.models import Member
from audit.actors import Actor
from tests.access import choose, sign_in

pytestmark = pytest.mark.django_db
BY = Actor.operator("pruebas")


def status(member: Member) -> str:
    out = StringIO()
    call_command("member_status", member.document, stdout=out)
    return out.getvalue()


def test_a_member_without_a_key(member: Member):
    assert "Rosa Elena Gómez Restrepo: Sin clave" in status(member)
    assert "emita una clave inicial" in status(member)


def test_a_member_who_can_sign_in(member: Member):
    choose(member, "60382")
    assert ": Activa" in status(member)
    assert "Puede entrar con su clave de 5 números." in status(member)


@pytest.mark.parametrize(("kind", "word"), [("initial", "Inicial"), ("temporary", "Temporal"), ("mailed", "Temporal")])
def test_a_member_with_a_key_that_must_be_changed(member: Member, kind: str, word: str):
    issue_key(member=member, kind=kind, by=BY)
    assert f": {word}" in status(member)
    assert "elija una de 5 números" in status(member)


def test_a_member_whose_key_expired(member: Member, clock: Any):
    issue_key(member=member, kind="temporary", by=BY)
    clock.forward(minutes=31)
    assert ": Vencida" in status(member)


def test_a_member_whose_sign_in_is_locked_out(member: Member, client: Any):
    choose(member, "60382")
    for _ in range(6):
        sign_in(client, member.document, "48271")
    assert ": En pausa" in status(member)
    assert "quite la pausa" in status(member)


def test_a_blocked_or_retired_member(member: Member):
    block_member(member=member, by=BY, reason="Robo")
    assert ": Bloqueado" in status(member)
    Member.objects.update(status="retired")
    assert ": Retirado" in status(member)


def test_a_member_who_must_change_and_cannot_recover_alone(member: Member):
    choose(member, "60382")
    require_change(member=member, by=BY, reason="Sospecha")
    Member.objects.update(email="", held_until=timezone.now() + timedelta(hours=3))
    assert "cambiar su clave de 5 números" in status(member)
    assert "No tiene correo registrado" in status(member)
    assert "Sus datos cambiaron hace poco" in status(member)


def test_the_json_form_is_machine_readable(member: Member):
    out = StringIO()
    call_command("member_status", member.document, "--json", stdout=out)
    assert json.loads(out.getvalue())["estado"] == "Sin clave"
