"""What is measured in the registry: once, then only by command."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Event
from outbox.queue import put_job
from outbox.worker import drain
from recovery import registry_statistics
from recovery.challenge import ask_about
from recovery.masked_values import FIELDS
from recovery.measurement import LEAST_MEMBERS, Measurement, measure
from recovery.models import RegistryStatistics
from tests.attacks.households import Resident, registry

BY = Actor.operator("pruebas")
pytestmark = pytest.mark.django_db


def add(people: list[Resident]) -> None:
    rows = {person.document: person for person in people}.values()
    Member.objects.bulk_create(Member(first_names="A", last_names="B", email="a@correo.example", **facts(row)) for row in rows)


def facts(person: Resident) -> dict[str, Any]:
    return {name: getattr(person, name) for name in ("document", *FIELDS)}


def some(members: int, seed: int = 1) -> list[Resident]:
    """So many members, each with a document of their own."""
    return list({person.document: person for person in registry(members + 50, seed)}.values())[:members]


def import_again() -> None:
    put_job(kind="registry.imported", payload={})
    drain()


def measured_by_command(*options: str) -> str:
    told = StringIO()
    call_command("measure_registry", "--by", "ana", *options, stdout=told)
    return told.getvalue()


def test_the_first_import_is_measured_and_the_next_one_is_not() -> None:
    add(some(LEAST_MEMBERS))
    import_again()
    measured = RegistryStatistics.objects.get()
    assert measured.members == LEAST_MEMBERS
    Member.objects.update(landline="")
    import_again()
    assert RegistryStatistics.objects.get().measurement == measured.measurement
    assert Event.objects.get(kind=Kind.REGISTRY_MEASURED).actor == "correo"


def test_too_few_members_are_not_measured() -> None:
    add(some(LEAST_MEMBERS - 1))
    import_again()
    assert registry_statistics.current() == Measurement()
    with pytest.raises(CommandError, match="se mide desde 200"):
        measured_by_command()


def test_a_measurement_is_read_as_it_was_stored() -> None:
    people = some(300)
    add(people)
    registry_statistics.measure_once(BY)
    assert registry_statistics.current() == measure(people, registry_statistics.own_phones())


def test_the_command_measures_once_and_again_only_when_told(member: Member) -> None:
    add(some(300))
    assert "Medidos 301 asociados activos" in measured_by_command()
    with pytest.raises(CommandError, match="Las de los asociados no cambian"):
        measured_by_command()
    Member.objects.exclude(pk=member.pk).update(landline="")
    assert "Medidos 301" in measured_by_command("--yes")
    assert Event.objects.filter(kind=Kind.REGISTRY_MEASURED, actor="ana").count() == 2


def test_a_second_measurement_changes_no_members_questions(member: Member) -> None:
    add(some(300))
    measured_by_command()
    before, kept = ask_about(member.document).questions, registry_statistics.current().too_frequent
    Member.objects.exclude(pk=member.pk).update(landline=member.landline, mobile=member.mobile)
    measured_by_command("--yes")
    assert ask_about(member.document).questions == before
    assert registry_statistics.current().too_frequent == kept


def test_a_landline_typed_for_everybody_is_not_asked(member: Member) -> None:
    add(some(300))
    Member.objects.exclude(pk=member.pk).update(landline=member.landline)
    measured_by_command()
    assert "landline" not in ask_about(member.document).kinds


def test_the_cooperatives_own_telephones_are_not_asked(member: Member, settings) -> None:
    assert "landline" in ask_about(member.document).kinds
    settings.COOP_PHONES_OWN = [member.landline]
    registry_statistics.own_phones.cache_clear()
    assert "landline" not in ask_about(member.document).kinds


def test_one_date_is_enough(member: Member) -> None:
    Member.objects.update(issue_date=None, landline="")
    assert ask_about(member.document).kinds == "birth,mobile,address"


def test_a_measurement_shapes_the_questions_of_strangers() -> None:
    add([person for person in some(900, seed=4) if not person.landline])
    registry_statistics.measure_once(BY)
    kinds = [ask_about(str(3_000_000_000 + number)).kinds for number in range(100)]
    assert sum("landline" in asked for asked in kinds) < 30  # the shipped law alone: 58


def test_a_running_process_notices_a_new_measurement() -> None:
    documents = [str(3_000_000_000 + number) for number in range(20)]
    before = [ask_about(document).kinds for document in documents]
    add([person for person in some(900, seed=4) if not person.landline])
    registry_statistics.measure_once(BY)
    assert [ask_about(document).kinds for document in documents] != before
    RegistryStatistics.objects.update(measurement=Measurement().packed(), measured_at=timezone.now())
    assert [ask_about(document).kinds for document in documents] == before


def test_a_measurement_is_unpacked_once(django_assert_num_queries) -> None:
    add(some(200))
    registry_statistics.measure_once(BY)
    ask_about("32451867")
    with django_assert_num_queries(1):
        ask_about("99999999")
