"""The registry's figures in the database: measured at the first import, then frozen; coverage is counted anew."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import F
from django.db.models.functions import Mod
from django.utils import timezone

from accounts.models import Member
from common.colombia.formats import thousands
from recovery.facts import FIELDS, KINDS
from recovery.frequencies import Frequencies, known_parts, measure
from recovery.models import Coverage, RegistryFigures
from vault.digests import decoy_bytes

# A trial import of a few rows must not decide for good how often each kind is asked.
LEAST_MEMBERS = 30
# Above this many members every n-th is looked at: figures get no better, and the worker must not stand still.
LOOKED_AT = 20_000
NO_EMAIL = "email"
NOT_MEASURED = Frequencies()


def current() -> Frequencies:
    """The frozen figures, or those of a registry nobody has measured."""
    return frozen_at(RegistryFigures.objects.filter(pk=1).values_list("measured_at", flat=True).first())


def frozen_at(moment: datetime | None) -> Frequencies:
    """The figures measured at that moment, as their row says now; None: nobody has measured. Unpacked once a process."""
    return _unpacked_at(moment) if moment else NOT_MEASURED


@lru_cache(maxsize=2)
def _unpacked_at(moment: datetime) -> Frequencies:
    return _unpacked(RegistryFigures.objects.get(pk=1).figures)


def freeze() -> bool:
    """Measure the registry once; False when it was measured before, or is still too small."""
    members = _active().count()
    if members < LEAST_MEMBERS or RegistryFigures.objects.exists():
        return False
    figures = measure(lambda: _sample(members), decoy_bytes, settings.RECOVERY_QUESTIONS)
    RegistryFigures.objects.create(pk=1, figures=_packed(figures), measured_at=timezone.now(), members=members)
    return True


def count_coverage() -> Coverage:
    """How many active members can recover by themselves, and what the others lack; kept for the staff's front page."""
    members = _active().count()
    figures = current()
    lacking: Counter[str] = Counter()
    able = seen = 0
    for person in _sample(members):
        missing = _missing(person, figures)
        seen += 1
        able += not missing
        lacking.update(missing)
    share = members / seen if seen else 0
    scaled = {name: round(count * share) for name, count in sorted(lacking.items())}
    row = {"counted_at": timezone.now(), "members": members, "able": round(able * share), "lacking": scaled}
    return Coverage.objects.update_or_create(pk=1, defaults=row)[0]


def coverage_text(row: Coverage) -> str:
    """The coverage in one sentence, for `doctor` and the staff's front page."""
    share = round(100 * row.able / row.members) if row.members else 0
    text = f"{thousands(row.able)} de {thousands(row.members)} asociados ({share} %) pueden recuperar su clave con preguntas."
    labels = {NO_EMAIL: "correo", **{kind.name: kind.label for kind in KINDS.values()}}
    lacking = ", ".join(f"{labels[name]} ({thousands(count)})" for name, count in row.lacking.items() if name in labels)
    return f"{text} A los demás les falta: {lacking}." if lacking else text


def _missing(person: Any, figures: Frequencies) -> list[str]:
    """What keeps this member from recovering by himself: an e-mail, or the facts that would make up the four."""
    parts = known_parts(person, figures, decoy_bytes)
    missing = [] if person.email else [NO_EMAIL]
    if len(parts) < settings.RECOVERY_QUESTIONS:
        missing += [name for name in KINDS if name not in parts]
    return missing


def _active() -> Any:
    return Member.objects.filter(in_registry=True, status=Member.Status.ACTIVE)


def _sample(members: int) -> Iterator[Any]:
    people = _active()
    if members > LOOKED_AT:
        people = people.annotate(lot=Mod(F("pk"), members // LOOKED_AT)).filter(lot=0)
    return people.values_list("document", "email", *FIELDS, named=True).iterator(chunk_size=2000)


def _packed(figures: Frequencies) -> dict[str, Any]:
    return json.loads(json.dumps(asdict(figures), default=sorted))


def _unpacked(packed: dict[str, Any]) -> Frequencies:
    return Frequencies(
        weights={name: tuple(weights) for name, weights in packed["weights"].items()},
        outstanding={name: frozenset(parts) for name, parts in packed["outstanding"].items()},
        kept_gaps=tuple(packed["kept_gaps"]),
        sets=tuple((tuple(kinds), count) for kinds, count in packed["sets"]),
    )
