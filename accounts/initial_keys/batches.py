"""Issue initial keys in batches: hashed on all processors, each batch in one transaction with its journal row.

`issue_keys` issues the keys, `runs.py` writes them to the operator's file. In between, the keys of a batch are sealed in the
journal: a crash at any moment neither loses a key nor issues a second one.
"""

import json
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.utils import timezone

from accounts import notices
from accounts.actions import DIGITS, lifetime
from accounts.hashers import AT_ONCE, seal_key
from accounts.initial_keys.models import KeyBatch, KeyRun
from accounts.keys import make_key
from accounts.models import AccessKey, Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record
from vault.ring import open_sealed, seal

BATCH = 200  # keys per transaction: about two seconds of hashing on two processors
INITIAL = AccessKey.Kind.INITIAL


class Slip(NamedTuple):
    """A member's key in plain text: one row of the CSV file, one page of the letters."""

    document: str
    first_names: str
    last_names: str
    key: str
    expires_at: str  # ISO, UTC


class Made(NamedTuple):
    """A generated key, hashed and sealed, not yet saved."""

    member_id: int
    key: str
    sealed: str


def issue_keys(*, run: KeyRun, members: Sequence[int], by: Actor) -> Iterator[KeyBatch]:
    """Issue an initial key to each of `members` (ids), batch by batch; their live initial keys end.

    Blocked and retired members are skipped. The next two batches are hashed while one is written.
    """
    with ThreadPoolExecutor(AT_ONCE) as threads:
        ids = iter(members)
        hashed = [_start(threads, ids) for _ in range(2)]
        while made := [future.result() for future in hashed.pop(0)]:
            hashed.append(_start(threads, ids))
            yield _write(run, made, by)


def _start(threads: ThreadPoolExecutor, ids: Iterator[int]) -> list[Future[Made]]:
    return [threads.submit(_make, member_id) for member_id in islice(ids, BATCH)]


def _make(member_id: int) -> Made:
    key = make_key(DIGITS[INITIAL], secrets.randbelow)
    return Made(member_id, key, seal_key(member_id, INITIAL, key))


def _write(run: KeyRun, made: list[Made], by: Actor) -> KeyBatch:
    """In one transaction: end the old keys, save the new ones, events, notices, and the journal row with the keys."""
    with action():
        now = timezone.now()
        ids = [item.member_id for item in made]
        members = {member.pk: member for member in Member.objects.locked().filter(pk__in=ids).order_by("pk")}
        made = [item for item in made if item.member_id in members and members[item.member_id].may_enter]
        _replace_keys(made, members, by, now)
        notices.tell_many([members[item.member_id] for item in made], notices.KEY_ISSUED)
        slips = [_slip(members[item.member_id], item.key, now) for item in made]
        return _journal(run, slips, [item.member_id for item in made])


def _replace_keys(made: list[Made], members: dict[int, Member], by: Actor, now: datetime) -> None:
    live = AccessKey.objects.live().filter(kind=INITIAL, member__in=[item.member_id for item in made])
    live.update(ended_at=now, ended_why="replaced", sealed="", opening="")
    new = {"kind": INITIAL, "created_at": now, "expires_at": now + lifetime(INITIAL), "issued_by": by.name[:60]}
    rows = AccessKey.objects.bulk_create(AccessKey(member_id=item.member_id, sealed=item.sealed, **new) for item in made)
    for row in rows:
        record(Kind.KEY_ISSUED, by=by, document=members[row.member_id].document, key_kind=INITIAL, key_id=row.pk, road="lote")


def _slip(member: Member, key: str, now: datetime) -> Slip:
    return Slip(member.document, member.first_names, member.last_names, key, (now + lifetime(INITIAL)).isoformat())


# ---- the journal -------------------------------------------------------------------------------------------------


def _journal(run: KeyRun, slips: list[Slip], ids: list[int]) -> KeyBatch:
    number = run.batches.count() + 1
    sealed = seal("key batch", f"{run.pk}:{number}", json.dumps(slips).encode())
    return run.batches.create(number=number, members=ids, sealed=sealed)


def slips_of(batch: KeyBatch) -> list[Slip]:
    """The keys of a batch that is not wiped yet. Raises SealBroken."""
    content = open_sealed("key batch", f"{batch.run_id}:{batch.number}", batch.sealed)
    return [Slip(*slip) for slip in json.loads(content)]


def wipe(run: KeyRun, batches: Sequence[KeyBatch], written: int) -> None:
    """Wipe the keys of these batches, which the file now contains in its first `written` bytes."""
    with action():
        run.batches.filter(pk__in=[batch.pk for batch in batches]).update(sealed="")
        KeyRun.objects.filter(pk=run.pk).update(written=written)
    run.written = written


def finish(run: KeyRun, *, by: Actor, destination: str) -> None:
    """Mark the run as finished, with an audit event."""
    with action():
        KeyRun.objects.filter(pk=run.pk).update(finished_at=timezone.now())
        record(Kind.LETTERS_MADE, by=by, count=len(members_of(run)), destination=destination)


def members_of(run: KeyRun) -> set[int]:
    """Ids of the members who got a key in this run."""
    return {member_id for ids in run.batches.values_list("members", flat=True) for member_id in ids}
