"""What the portal must know of all members together: how many there are, and how their keys are hashed.

Both are counted by `purge` (every hour) into one row of the database, and a process remembers that row for a minute.
They are never read from a shared cache, because another program that can write to it would size the portal's rate limit.
"""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from accounts.hashers import Parameters, parameters_in, parameters_of
from accounts.models import AccessKey, Member, PortalCounts
from vault.digests import digest

REMEMBERED = 60.0  # seconds
SAMPLE = 5_000  # keys of a kind that are looked at; opening a seal takes about 30 µs
SPACE = 2**64
SET = "set"  # beside the kinds: the parameters that were set when the keys were counted
STAFF = "staff"  # the passwords of staff accounts, beside the kinds of access keys


@dataclass(frozen=True)
class Counts:
    """`hashes` has, for each kind of key, how many of a sample are stored with which Argon2 parameters."""

    members: int = 0
    hashes: dict[str, dict[Parameters, int]] = field(default_factory=dict)


class Remembered:
    """The counts as this process read them last. Monotonic seconds."""

    counts = Counts()
    until = 0.0


def portal_counts() -> Counts:
    """The counts, at most a minute old in this process; zeros before anything was counted."""
    if time.monotonic() >= Remembered.until:
        Remembered.counts = _read()
        Remembered.until = time.monotonic() + REMEMBERED
    return Remembered.counts


def _read() -> Counts:
    row = PortalCounts.objects.filter(pk=1).first()
    if row is None:
        return Counts()
    hashes = {kind: {_parsed(text): count for text, count in found.items()} for kind, found in row.hashes.items()}
    return Counts(row.members, hashes)


def _parsed(text: str) -> Parameters:
    memory, passes, lanes = (int(part) for part in text.split(","))
    return memory, passes, lanes


def count_portal() -> None:
    """Count anew and store it; seconds for a million members."""
    hashes = {kind: _hashes_of(kind) for kind in AccessKey.Kind.values} | {STAFF: _hashes_of_staff()}
    hashes[SET] = _counted([settings.ARGON2_PARAMETERS])
    counts = {"members": Member.objects.filter(in_registry=True).count(), "hashes": hashes, "counted_at": timezone.now()}
    PortalCounts.objects.update_or_create(pk=1, defaults=counts)
    Remembered.until = 0.0


def _hashes_of(kind: str) -> dict[str, int]:
    """How many of the live keys of this kind, or of a sample of them, are hashed with which parameters."""
    keys = AccessKey.objects.live().filter(kind=kind).exclude(sealed="")
    share = max(1, keys.count() // SAMPLE)
    sample = keys.annotate(rest=F("pk") % share).filter(rest=0)
    return _counted(parameters_of(key.member_id, kind, key.sealed) for key in sample.iterator())


def _hashes_of_staff() -> dict[str, int]:
    passwords = Member.objects.filter(is_staff=True, is_active=True).values_list("password", flat=True)
    return _counted(parameters_in(password.removeprefix("argon2")) for password in passwords)


def _counted(parameters: Iterable[Parameters | None]) -> dict[str, int]:
    return {",".join(map(str, found)): count for found, count in Counter(parameters).items() if found}


def drawn_parameters(document: str, kind: str) -> Parameters:
    """The Argon2 parameters a dummy hash takes for a document without a key of this kind.

    They are drawn by keyed digest of the document, in the proportion of the stored keys: raising the parameters changes
    strangers' documents no sooner than members'. Where no key of the kind is stored, the parameters set at the count are
    used; before the first count, those set today.
    """
    hashes = portal_counts().hashes
    shares = hashes.get(kind) or hashes.get(SET, {})
    place = int(digest("dummy hash", document, kind)[:16], 16) * sum(shares.values()) // SPACE
    for parameters, count in sorted(shares.items()):
        if place < count:
            return parameters
        place -= count
    return settings.ARGON2_PARAMETERS
