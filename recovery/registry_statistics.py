"""What was measured in the registry, as the database keeps it; and what one member lacks to recover by questions."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Mod
from django.utils import timezone

from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record
from common.colombia.formats import fecha_larga, thousands
from outbox.queue import put_job
from recovery.masked_values import FIELDS, KINDS
from recovery.measurement import LEAST_MEMBERS, Measurement, measure, unpacked
from recovery.models import RegistryStatistics
from recovery.usable_facts import QUESTIONS, fitting_values, local_numbers, missing_kinds, usable_facts

# Above this many members every n-th is measured: frequencies get no better, and the worker must not stand still.
SAMPLE = 20_000
GROWN = 2  # a registry so many times as large is worth another measurement
NO_EMAIL = "email"
IMPORT_JOB, COUNT_JOB = "registry.imported", "registry.count"
NOT_MEASURED = Measurement()


class TooFewMembers(ValueError):
    """The registry is too small to be measured; the shipped law describes it better."""


@cache
def own_phones() -> frozenset[str]:
    """The cooperative's own telephones, which no question may show."""
    return local_numbers([settings.COOP_PHONE, *settings.COOP_PHONES_OWN])


def shown_values(person: Any) -> dict[str, str]:
    """The masked values that a question may show of `person`; a change of one of them holds the recovery."""
    return fitting_values(person, own_phones())


def current() -> Measurement:
    """The measurement, or the shipped law where nothing was measured."""
    return measured_at(RegistryStatistics.objects.filter(pk=1).values_list("measured_at", flat=True).first())


def measured_at(moment: datetime | None) -> Measurement:
    """The measurement of that moment; None: nothing was measured. A process reads it once."""
    return _unpacked_at(moment) if moment else NOT_MEASURED


@lru_cache(maxsize=2)
def _unpacked_at(moment: datetime) -> Measurement:
    return unpacked(RegistryStatistics.objects.get(pk=1).measurement)


def measure_once(by: Actor) -> bool:
    """Measure the registry for the first time; False if it was measured before or has too few members."""
    if RegistryStatistics.objects.exists() or _active().count() < LEAST_MEMBERS:
        return False
    measure_registry(by)
    return True


def measure_registry(by: Actor) -> RegistryStatistics:
    """Measure the registry, again if need be; raises TooFewMembers.

    The values that are too frequent stay those of the first measurement: otherwise members in use would be asked other
    facts. A further measurement changes only what strangers are asked.
    """
    members = _active().count()
    if members < LEAST_MEMBERS:
        raise TooFewMembers(f"El registro tiene {members} asociados activos; se mide desde {LEAST_MEMBERS}.")
    kept = unpacked(row.measurement).too_frequent if (row := RegistryStatistics.objects.filter(pk=1).first()) else None
    found = measure(_sample(members), own_phones(), too_frequent=kept)
    changes = {"measurement": found.packed(), "measured_at": timezone.now(), "members": members}
    with action():
        row = RegistryStatistics.objects.update_or_create(pk=1, defaults=changes)[0]
        record(Kind.REGISTRY_MEASURED, by=by, members=members)
        put_job(kind=COUNT_JOB, payload={"after": 0})  # the first measurement changes which values are asked
    return row


def measurement_state() -> tuple[bool, str, str]:
    """For `doctor`: whether the registry is measured as it should be, what was found, what to do."""
    row, members = RegistryStatistics.objects.filter(pk=1).first(), _active().count()
    if row is None:
        found = f"sin medir, con {thousands(members)} asociados activos"
        return members < LEAST_MEMBERS, found, "Corra manage.py measure_registry."
    found = f"con {thousands(row.members)} asociados, el {fecha_larga(row.measured_at)}"
    if members > GROWN * row.members:
        found += f"; hoy son {thousands(members)}: manage.py measure_registry dice qué cambia si se mide otra vez"
    return True, found, ""


def missing_text(name: str) -> str:
    """How a missing kind of fact is called on screen."""
    return "correo" if name == NO_EMAIL else KINDS[name].label


def what_is_missing(person: Any, statistics: Measurement) -> list[str]:
    """What keeps this member from recovering by questions: an e-mail, or kinds of fact that would make up the three."""
    facts = usable_facts(person, too_frequent=statistics.too_frequent, own_phones=own_phones())
    missing = [] if person.email else [NO_EMAIL]
    return missing if len(facts) >= QUESTIONS else missing + missing_kinds(facts)


def _active() -> Any:
    return Member.objects.filter(in_registry=True, status=Member.Status.ACTIVE)


def _sample(members: int) -> Iterator[Any]:
    people = _active()
    if members > SAMPLE:
        people = people.annotate(lot=Mod(F("pk"), members // SAMPLE)).filter(lot=0)
    return people.values_list("document", "email", *FIELDS, named=True).iterator(chunk_size=2000)
