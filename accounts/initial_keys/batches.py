"""Issue initial keys in batches: hashed on all processors, each batch in one transaction with its journal row.

`issue_keys` issues the keys, `runs.py` writes them to the operator's file. Until that file is on the disk the keys are sealed
in the journal (`journal.py`): a crash at any moment neither loses a key nor issues a second one.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.utils import timezone

from accounts import notices
from accounts.actions import generate_key, lifetime
from accounts.hashers import AT_ONCE
from accounts.initial_keys import journal
from accounts.initial_keys.letters import Slip
from accounts.initial_keys.models import KeyBatch, KeyRun
from accounts.models import AccessKey, Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record

BATCH = 200  # keys per transaction: about two seconds of hashing on two processors
INITIAL = AccessKey.Kind.INITIAL


class Made(NamedTuple):
    """A member's generated key, not yet saved."""

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
    generated = generate_key(member_id, INITIAL)
    return Made(member_id, generated.key, generated.sealed)


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
        return journal.add(run, slips, [item.member_id for item in made])


def _replace_keys(made: list[Made], members: dict[int, Member], by: Actor, now: datetime) -> None:
    live = AccessKey.objects.live().filter(kind=INITIAL, member__in=[item.member_id for item in made])
    live.update(ended_at=now, ended_why="replaced", sealed="", opening="")
    new = {"kind": INITIAL, "created_at": now, "expires_at": now + lifetime(INITIAL), "issued_by": by.name[:60]}
    rows = AccessKey.objects.bulk_create(AccessKey(member_id=item.member_id, sealed=item.sealed, **new) for item in made)
    for row in rows:
        record(Kind.KEY_ISSUED, by=by, document=members[row.member_id].document, key_kind=INITIAL, key_id=row.pk, road="lote")


def _slip(member: Member, key: str, now: datetime) -> Slip:
    return Slip(member.document, member.first_names, member.last_names, key, (now + lifetime(INITIAL)).isoformat())
