"""Who cannot recover by questions is stored, and stays in step with the registry wherever a fact can change."""

from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from accounts.access_actions import change_contact
from accounts.models import Member
from audit.actors import Actor
from outbox import worker
from outbox.models import Job, State
from outbox.queue import put_job
from outbox.worker import drain
from recovery import coverage, registry_statistics
from recovery.challenge import ask_about
from recovery.models import Coverage, MissingFacts
from tests.office import inside
from tests.recovery.test_registry_statistics import add, some

BY = Actor.operator("pruebas")
pytestmark = pytest.mark.django_db
NO_DATES = {"birth_date": None, "issue_date": None}
# What is changed in Rosa's row -> the reasons staff read, in their order.
STATES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "every fact": ({}, []),
    "no issue date": ({"issue_date": None}, []),
    "three facts and no date": (NO_DATES, []),
    "mobile and address": ({**NO_DATES, "landline": ""}, ["issue", "landline"]),
    "one fact of each": ({"mobile": "", "landline": ""}, ["mobile", "landline"]),
    "a phone that is the document": ({"mobile": "3100001867", "landline": ""}, ["mobile", "landline"]),
    "a phone twice": ({"landline": "6045552827", **NO_DATES}, ["issue", "landline"]),
    "a village": ({"address": "Vereda El Salado", "landline": ""}, ["landline", "address"]),
    "a first of January": ({"issue_date": date(1979, 1, 1), "birth_date": None, "landline": ""}, ["issue", "landline"]),
    "no e-mail": ({"email": ""}, ["email"]),
    "no e-mail and few facts": ({"email": "", "mobile": "", "address": ""}, ["mobile", "address", "email"]),
    "held": ({"held_until": timedelta(hours=1)}, ["hold"]),
    "held until a moment ago": ({"held_until": timedelta(hours=-1)}, []),
    "blocked": ({"blocked_at": timedelta(0)}, ["blocked"]),
    "blocked, held, no e-mail": (
        {"blocked_at": timedelta(0), "held_until": timedelta(1), "email": ""},
        ["email", "hold", "blocked"],
    ),
}


def change(member: Member, changes: dict[str, Any]) -> None:
    now = timezone.now()
    fields = {name: now + value if isinstance(value, timedelta) else value for name, value in changes.items()}
    Member.objects.filter(pk=member.pk).update(**fields)


def count_again() -> None:
    coverage.queue_count()
    drain()


def listed() -> dict[str, list[str]]:
    """Document -> reasons, of everybody in the list."""
    rows = coverage.cannot_by_questions(Member.objects.select_related("missing_facts"))
    return {row.document: coverage.reasons_of(row, timezone.now()) for row in rows}


@pytest.mark.parametrize("state", STATES)
def test_the_list_has_exactly_those_whose_answers_cannot_pass(state: str, member: Member, other_member: Member) -> None:
    changes, reasons = STATES[state]
    change(member, changes)
    count_again()
    assert listed() == ({member.document: reasons} if reasons else {})
    assert bool(ask_about(member.document).closed) == bool(reasons)
    assert coverage.count_unable() == bool(reasons)
    for reason in coverage.REASONS:
        found = coverage.cannot_by_questions(Member.objects.filter(coverage.reason_holds(reason, timezone.now())))
        assert found.exists() == (reason in reasons), reason


@pytest.mark.parametrize("changes", [{"status": "retired"}, {"in_registry": False}])
def test_who_is_no_active_member_is_not_listed_and_is_again_on_the_way_back(changes: dict[str, Any], member: Member) -> None:
    change(member, {"email": "", **changes})
    count_again()
    assert listed() == {}
    assert coverage.count_coverage() == coverage.Counted(0, 0, {})
    Member.objects.update(status="active", in_registry=True)
    count_again()
    assert listed() == {member.document: ["email"]}


def imported(folder: Path, text: str) -> None:
    file = folder / "asociados.csv"
    file.write_text(text)
    call_command("import_members", file, "--yes", stdout=StringIO())


def test_an_import_is_in_the_list_once_the_worker_has_passed(tmp_path: Path, member: Member) -> None:
    header = "documento,nombres,apellidos,correo,telefono,celular\n"
    imported(tmp_path, header + "32451867,Rosa,Gómez,rosa@correo.example,,\n99887766,Inés,Mora,,,\n")
    assert coverage.counting()
    drain()
    assert not coverage.counting()
    assert MissingFacts.objects.get(member=member).kinds == "mobile,landline"
    assert listed()["99887766"] == ["issue", "mobile", "landline", "address", "email"]
    imported(tmp_path, header + "32451867,Rosa,Gómez,rosa@correo.example,6045553419,3105552827\n")
    drain()
    assert listed()[member.document] == ["hold"]  # the facts are there again, and changed a short time ago
    assert not MissingFacts.objects.filter(member=member).exists()


def test_an_import_that_retires_somebody_takes_them_out_of_list_and_count_at_once(tmp_path: Path, member: Member) -> None:
    add(some(20))
    change(member, {"email": ""})
    count_again()
    before = coverage.count_unable()
    assert before == len(listed()) > 1
    imported(tmp_path, "documento,nombres,apellidos,estado\n32451867,Rosa,Gómez,retirado\n")
    assert coverage.counting()
    assert coverage.count_unable() == len(listed()) == before - 1


def test_a_contact_change_is_in_the_list_at_once(member: Member, clock: Any) -> None:
    change(member, {"address": "", "landline": ""})
    count_again()
    assert listed() == {member.document: ["landline", "address"]}
    change_contact(member=member, changes={"landline": "6045553419"}, by=BY)
    assert not Job.objects.filter(state=State.QUEUED, kind=coverage.COUNT_JOB).exists()
    assert listed() == {member.document: ["hold"]}
    change_contact(member=member, changes={"landline": "", "email": ""}, by=BY)
    assert listed() == {member.document: ["landline", "address", "email", "hold"]}


def test_a_measurement_that_finds_a_value_too_frequent_changes_the_list(member: Member) -> None:
    add(some(300))
    Member.objects.exclude(pk=member.pk).update(landline=member.landline)
    change(member, {"address": ""})
    count_again()
    assert member.document not in listed()
    call_command("measure_registry", "--by", "ana", stdout=StringIO())
    drain()
    assert listed()[member.document] == ["landline", "address"]


def test_a_worker_that_starts_passes_over_the_registry(member: Member, settings: Any) -> None:
    change(member, {"address": ""})
    count_again()
    assert listed() == {}
    settings.COOP_PHONES_OWN = [member.landline]
    registry_statistics.own_phones.cache_clear()
    for begin in worker.at_start:
        begin()
    drain()
    assert listed() == {member.document: ["landline", "address"]}


def test_a_pass_goes_on_after_each_part_and_forgets_who_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "PART", 40)
    monkeypatch.setattr(coverage, "AT_ONCE", 20)
    add(some(130))
    Member.objects.update(email="")
    count_again()
    assert MissingFacts.objects.count() == 130
    assert Job.objects.filter(kind=coverage.COUNT_JOB).count() == 4
    Member.objects.update(email="a@correo.example")
    count_again()
    unable = sum(bool(ask_about(document).closed) for document in Member.objects.values_list("document", flat=True))
    assert MissingFacts.objects.count() == unable > 0
    assert Coverage.objects.get().able == 130 - unable


def test_a_pass_does_not_overwrite_what_a_contact_change_stored_meanwhile(
    member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(member, {"email": ""})
    count_again()
    change(member, {"email": "rosa@correo.example"})
    store: Callable[[Any], None] = coverage.store

    def change_first(members: Any) -> None:
        change(member, {"email": ""})
        store(members)

    monkeypatch.setattr(coverage, "store", change_first)
    count_again()
    assert MissingFacts.objects.get().kinds == "email"


def test_the_sentence_counts_who_can_and_says_why_the_others_cannot(member: Member, other_member: Member) -> None:
    change(other_member, {"email": "", "landline": "", "address": ""})
    count_again()
    counted = coverage.count_coverage()
    assert counted == coverage.Counted(2, 1, {"landline": 1, "address": 1, "email": 1})
    text = coverage.coverage_text(counted)
    assert text.startswith("1 de 2 asociados (50 %) pueden recuperar su clave con preguntas. Por qué no pueden los demás: ")
    assert "teléfono fijo (1)" in text


def told_by_doctor() -> str:
    told = StringIO()
    with pytest.raises(CommandError):
        call_command("doctor", stdout=told)
    return told.getvalue()


def test_doctor_and_the_front_page_say_how_many_can(member: Member, other_member: Member) -> None:
    change(other_member, {"email": ""})
    sentence = "1 de 2 asociados (50 %) pueden recuperar su clave con preguntas. Por qué no pueden los demás: correo (1)."
    assert sentence in told_by_doctor()  # nobody has counted before: doctor does
    assert sentence in inside("auxiliar").get("/admin/").content.decode()


def test_a_reload_of_the_list_shows_who_changed_by_hand_of_staff(member: Member) -> None:
    """The whole way: a member asks for a change, a supervisor approves it, and the list has changed."""
    put_job(kind=coverage.COUNT_JOB, payload={"after": 0})
    drain()
    office: Client = inside("supervisor")
    office.post(f"/admin/accounts/member/{member.pk}/bloquear/", {"motivo": "Robo"})
    page = office.get("/admin/backoffice/cannotrecover/").content.decode()
    assert "acceso bloqueado" in page
    assert member.document in page
