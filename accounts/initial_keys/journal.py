"""The journal of a run: its keys, sealed, until the operator's file is on the disk.

The journal says which keys were issued; whether a key still opens is asked of the keys themselves, each time before a file is
made: it may have been used, replaced, ended or blocked since.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from accounts.initial_keys.letters import Slip
from accounts.initial_keys.models import KeyBatch, KeyRun
from accounts.models import AccessKey, Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record
from vault.ring import SealBroken, open_sealed, seal

AT_ONCE = 500  # members of one query
CHOSEN, INITIAL = AccessKey.Kind.CHOSEN, AccessKey.Kind.INITIAL


def add(run: KeyRun, slips: Sequence[Slip], members: list[int]) -> KeyBatch:
    """The journal row of a batch, in the transaction that saves its keys; `members` are the ids, in the order of `slips`."""
    number = run.batches.count() + 1
    sealed = seal("key batch", f"{run.pk}:{number}", json.dumps(slips).encode())
    return run.batches.create(number=number, members=members, sealed=sealed)


def slips_of(batch: KeyBatch) -> list[Slip]:
    """The keys of a batch that is not wiped yet. Raises SealBroken."""
    content = open_sealed("key batch", f"{batch.run_id}:{batch.number}", batch.sealed)
    return [Slip(*slip) for slip in json.loads(content)]


def members_of(run: KeyRun) -> list[int]:
    """Ids of the members who got a key in this run, in order."""
    return list(dict.fromkeys(pk for ids in run.batches.order_by("number").values_list("members", flat=True) for pk in ids))


def slips_that_open(run: KeyRun) -> dict[int, Slip]:
    """By member, the slips of the run whose key opens now."""
    slips = _journalled(run)
    live = _expiries(slips)
    return {pk: slip for pk, slip in slips.items() if live.get(pk) == datetime.fromisoformat(slip.expires_at)}


def _journalled(run: KeyRun) -> dict[int, Slip]:
    """By member, the run's newest slip; a batch whose seal is lost counts as wiped: its keys are issued anew."""
    slips: dict[int, Slip] = {}
    for batch in run.batches.exclude(sealed="").order_by("number"):
        with suppress(SealBroken):
            slips |= zip(batch.members, slips_of(batch), strict=True)
    return slips


def _expiries(members: Iterable[int]) -> dict[int, datetime]:
    """By member who may enter, when the live initial key expires: the moment of issue identifies it."""
    now = timezone.now()
    live = AccessKey.objects.live().filter(kind=INITIAL, expires_at__gt=now)
    able = {"member__in_registry": True, "member__blocked_at": None, "member__status": Member.Status.ACTIVE}  # `may_enter`
    found: dict[int, datetime] = {}
    for ids in _pieces(members):
        rows = live.filter(member__in=ids, **able).values_list("member", "expires_at")
        found |= {pk: expires_at for pk, expires_at in rows if expires_at is not None}
    return found


def to_issue(run: KeyRun, asked: Iterable[int]) -> list[int]:
    """Ids of the members to whom the run still owes a key: those asked for, and those of its keys that nobody can have.

    A member whose key of this run ended because they have another one is not issued a second one.
    """
    opening, begun = slips_that_open(run), set(members_of(run))
    journalled = _journalled(run)
    owed = [pk for pk in dict.fromkeys([*asked, *begun]) if pk not in opening]
    kinds = _lasting_kinds(begun)
    return [pk for pk in owed if pk not in begun or not _has_other(kinds[pk], journalled=pk in journalled)]


def _has_other(kinds: set[str], *, journalled: bool) -> bool:
    """Whether the member has a key that is not the run's: an initial key without a journal entry is (wiped by a release
    that wrote the file piece by piece)."""
    return bool(kinds) if journalled else kinds == {CHOSEN}


def _lasting_kinds(members: Iterable[int]) -> dict[int, set[str]]:
    """By member, the kinds of their valid keys, chosen or initial."""
    kinds: dict[int, set[str]] = defaultdict(set)
    valid = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    live = AccessKey.objects.live().filter(valid, kind__in=[CHOSEN, INITIAL])
    for ids in _pieces(members):
        for pk, kind in live.filter(member__in=ids).values_list("member", "kind"):
            kinds[pk].add(kind)
    return kinds


def finish(run: KeyRun, *, by: Actor, destination: str, count: int, written: int) -> None:
    """Mark the run as finished and wipe its keys, in one transaction: the file with `count` keys is on the disk."""
    with action():
        run.batches.update(sealed="")
        KeyRun.objects.filter(pk=run.pk).update(finished_at=timezone.now(), written=written)
        record(Kind.LETTERS_MADE, by=by, count=count, destination=destination)


def _pieces(members: Iterable[int]) -> Iterator[list[int]]:
    ids = list(members)
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))
