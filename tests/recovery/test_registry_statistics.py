"""The registry's figures: measured once, then frozen; and how many members can recover by themselves."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Member
from outbox.queue import put_job
from outbox.worker import drain
from recovery import registry_statistics
from recovery.challenge import ask_about
from recovery.facts import KINDS
from recovery.frequencies import Frequencies, known_parts, measure
from recovery.models import Coverage, RegistryFigures
from tests.attacks.decoys import decoy_bytes
from tests.attacks.people import Person, registry


def add(people: list[Person]) -> None:
    rows = {person.document: person for person in people}.values()
    Member.objects.bulk_create(
        Member(first_names="A", last_names="B", email="a@correo.example", **vars(person)) for person in rows
    )


@pytest.mark.django_db
def test_an_import_freezes_the_figures_and_the_next_one_leaves_them() -> None:
    add(registry(200, seed=1))
    put_job(kind="registry.imported", payload={})
    drain()
    frozen = RegistryFigures.objects.get().figures
    Member.objects.update(landline="")
    put_job(kind="registry.imported", payload={})
    drain()
    assert RegistryFigures.objects.get().figures == frozen


@pytest.mark.django_db
def test_every_import_that_changes_something_asks_for_new_figures(tmp_path) -> None:
    file = tmp_path / "asociados.csv"
    file.write_text("documento,nombres,apellidos,correo\n32451867,Rosa,Gómez,rosa@correo.example\n")
    call_command("import_members", file, stdout=StringIO())
    drain()
    assert Coverage.objects.get().members == 1


@pytest.mark.django_db
def test_a_trial_of_a_few_rows_freezes_nothing(member: Member) -> None:
    assert not registry_statistics.freeze()
    assert registry_statistics.current() == Frequencies()


@pytest.mark.django_db
def test_what_was_frozen_is_read_as_it_was_measured() -> None:
    people = registry(200, seed=1)
    add(people)
    registry_statistics.freeze()
    from vault.digests import decoy_bytes as real

    documents = {person.document: person for person in people}
    assert registry_statistics.current() == measure(lambda: iter(documents.values()), real, 4)


@pytest.mark.django_db
def test_coverage_says_who_can_and_what_the_others_lack(member: Member, other_member: Member) -> None:
    Member.objects.filter(pk=other_member.pk).update(email="", landline="", address="")
    row = registry_statistics.count_coverage()
    assert (row.members, row.able) == (2, 1)
    assert row.lacking == {"address": 1, "email": 1, "landline": 1}
    assert Coverage.objects.get() == row
    text = registry_statistics.coverage_text(row)
    assert text.startswith("1 de 2 asociados (50 %) pueden recuperar su clave con preguntas. A los demás les falta: ")
    assert "teléfono fijo (1)" in text


@pytest.mark.django_db
def test_a_large_registry_is_counted_by_a_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_statistics, "LOOKED_AT", 100)
    add(registry(400, seed=3))
    whole = Member.objects.count()
    row = registry_statistics.count_coverage()
    assert row.members == whole
    assert abs(row.able / whole - 0.68) < 0.2


def test_a_phone_typed_for_everybody_is_not_asked() -> None:
    people = [Person(str(10_000_000 + n), date(1960, 3, 4), None, "", "6014441007", "") for n in range(50)]
    found = measure(lambda: people, decoy_bytes, 4)
    assert "landline" not in known_parts(people[0], found, decoy_bytes)


def test_a_phone_that_repeats_the_document_or_the_other_phone_is_not_asked() -> None:
    same = Person("32452827", None, None, "3105552827", "", "")
    twice = Person("71223904", None, None, "3105552827", "5552827", "")
    assert known_parts(same, Frequencies(), decoy_bytes) == {}
    assert known_parts(twice, Frequencies(), decoy_bytes) == {"mobile": "2827"}


def test_issue_dates_close_to_the_birthday_are_set_aside_where_they_are_usual() -> None:
    people = [birthday_document(number) for number in range(2000)]
    found = measure(lambda: people, decoy_bytes, 2)
    kept = sum("issue" in known_parts(person, found, decoy_bytes) for person in people)
    assert kept < 100


def birthday_document(number: int) -> Person:
    birth = date(1970, 1, 2) + timedelta(days=number % 350)
    issued = date(1988, birth.month, min(birth.day, 28)) + timedelta(days=number % 9)
    return Person(str(10_000_000 + number), birth, issued, "", "", "")


def test_independent_dates_are_all_asked() -> None:
    people = [Person(str(n), date(1970, 1, 2) + timedelta(days=n * 37 % 365), issue(n), "", "", "") for n in range(4000)]
    found = measure(lambda: people, decoy_bytes, 2)
    assert min(found.kept_gaps) > 0.9


def issue(number: int) -> date:
    return date(1990, 1, 2) + timedelta(days=number * 101 % 3650)


def test_decoys_are_as_usual_as_true_parts() -> None:
    people = registry(4000, seed=2)
    weights = measure(lambda: people, decoy_bytes, 4).weights["address"]
    low, high = sum(weights[:50]), sum(weights[50:])
    assert low > 1.5 * high
    assert len(weights) == len(KINDS["address"].parts)


@pytest.mark.django_db
def test_figures_shape_the_questions_of_strangers() -> None:
    people = [person for person in registry(300, seed=4) if not person.landline]
    add(people)
    registry_statistics.freeze()
    kinds = {asked.kind for number in range(100) for asked in ask_about(str(3_000_000_000 + number)).questions}
    assert kinds == {"birth", "issue", "mobile", "address"}


@pytest.mark.django_db
def test_a_running_process_notices_when_figures_are_frozen_or_replaced() -> None:
    document = "3000000001"
    before = ask_about(document)
    add([person for person in registry(300, seed=4) if not person.landline])
    registry_statistics.freeze()
    frozen = ask_about(document)
    RegistryFigures.objects.update(figures=registry_statistics._packed(Frequencies()), measured_at=timezone.now())
    assert (frozen.kinds != before.kinds) & (ask_about(document) == before)


@pytest.mark.django_db
def test_figures_are_unpacked_once(django_assert_num_queries) -> None:
    add(registry(200, seed=1))
    registry_statistics.freeze()
    ask_about("32451867")
    with django_assert_num_queries(1):
        ask_about("99999999")
