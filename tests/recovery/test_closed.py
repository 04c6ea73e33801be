"""A member to whom recovery by questions is closed: staff read why, and never that they answered wrong."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from audit.kinds import Kind
from audit.models import Event
from recovery.models import Attempt
from tests.office import inside
from tests.recovery.walk import WRONG, fail, right_answers, send, start

pytestmark = pytest.mark.django_db
STATES = {
    "retired": ({"status": "retired"}, "retirado"),
    "blocked": ({}, "bloqueado"),
    "hold": ({}, "datos cambiados hace poco"),
    "no email": ({"email": ""}, "sin correo"),
    "facts": ({"landline": "", "address": ""}, "faltan datos para las preguntas"),
}


def close(state: str, now: Any) -> None:
    changes = dict(STATES[state][0])
    changes |= {"blocked_at": now} if state == "blocked" else {}
    changes |= {"held_until": now + timedelta(hours=1)} if state == "hold" else {}
    Member.objects.update(**changes)


@pytest.mark.parametrize("right", [True, False])
@pytest.mark.parametrize("state", STATES)
def test_staff_read_why_and_the_member_reads_what_everybody_reads(member: Member, clock: Any, state: str, right: bool) -> None:
    close(state, clock.now)
    client = Client()
    start(client, member.document)
    email = member.email
    page = send(client, email, right_answers(member.document)) if right else fail(client, member.document, email)
    assert WRONG in page.content.decode()
    assert Attempt.objects.get().outcome == Attempt.Outcome.CLOSED
    assert not Event.objects.filter(kind=Kind.RECOVERY_FAILED).exists()
    auditor = inside("auditor")
    office = auditor.get("/admin/recovery/attempt/").content.decode()
    assert "Cerrada para este asociado" in office
    assert "Respuestas erradas" not in office.partition("<tbody>")[2]
    events = auditor.get(f"/admin/audit/event/?tipo={Kind.RECOVERY_CLOSED}").content.decode()
    assert f"causa: {STATES[state][1]}" in events


@pytest.mark.parametrize("document", ["32451867", "99999999"])
def test_wrong_answers_of_others_are_wrong_answers(member: Member, document: str) -> None:
    client = Client()
    start(client, document)
    fail(client, document, member.email)
    assert Attempt.objects.get().outcome == Attempt.Outcome.FAILED
    assert Event.objects.get(kind=Kind.RECOVERY_FAILED).outcome == "refused"


def test_who_has_no_attempt_left_did_not_answer_wrong(member: Member) -> None:
    client = Client()
    start(client, member.document)
    for _ in range(3):
        fail(client, member.document, member.email)
    send(client, member.email, right_answers(member.document))
    assert Attempt.objects.get().outcome == Attempt.Outcome.CLOSED
    assert Event.objects.filter(kind=Kind.RECOVERY_FAILED).count() == 3
    assert '"what":"limit"' in Event.objects.get(kind=Kind.RECOVERY_CLOSED).details


def test_the_front_page_counts_no_closed_recovery_as_failed(member: Member, clock: Any) -> None:
    close("facts", clock.now)
    client = Client()
    start(client, member.document)
    fail(client, member.document, member.email)
    page = inside("supervisor").get("/admin/")
    (figure,) = [figure for figure in page.context_data["figures"] if figure.label == "Recuperaciones fallidas"]
    assert figure.value == "0"
