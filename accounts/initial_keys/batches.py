"""Initial keys for many members: hashed on all processors, each batch in one transaction with its journal row.

`issue_keys` gives members keys, `runs.py` brings them into the operator's file. Between the two a batch lies sealed
in the journal, so that a kill at any moment neither loses a key nor gives anybody a second one.
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

BATCH = 200  # keys a transaction: some two seconds of hashing on two processors
INITIAL = AccessKey.Kind.INITIAL


class Slip(NamedTuple):
    """What a member is handed: one row of the CSV, one page of the letters."""

    document: str
    first_names: str
    last_names: str
    key: str
    expires_at: str  # ISO, UTC


class Made(NamedTuple):
    """A key that no row holds yet."""

    member_id: int
    key: str
    sealed: str


def issue_keys(*, run: KeyRun, members: Sequence[int], by: Actor) -> Iterator[KeyBatch]:
    """Give each of `members` (ids) an initial key, a batch at a time; live initial keys of theirs end.

    Members who may not enter are passed over. The next batches are hashed while one is being written.
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
    """One transaction: old keys end, new ones begin, events and notices, and the journal row with the keys themselves."""
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
    """The keys of a batch not wiped yet."""
    content = open_sealed("key batch", f"{batch.run_id}:{batch.number}", batch.sealed)
    return [Slip(*slip) for slip in json.loads(content)]


def wipe(run: KeyRun, batches: Sequence[KeyBatch], written: int) -> None:
    """The file holds these batches now, in its first `written` bytes: forget the keys."""
    with action():
        run.batches.filter(pk__in=[batch.pk for batch in batches]).update(sealed="")
        KeyRun.objects.filter(pk=run.pk).update(written=written)
    run.written = written


def finish(run: KeyRun, *, by: Actor, destination: str) -> None:
    """The file is whole: the run is over, and the trail says so."""
    with action():
        KeyRun.objects.filter(pk=run.pk).update(finished_at=timezone.now())
        record(Kind.LETTERS_MADE, by=by, count=len(members_of(run)), destination=destination)


def members_of(run: KeyRun) -> set[int]:
    """Who has been through this run already."""
    return {member_id for ids in run.batches.values_list("members", flat=True) for member_id in ids}
