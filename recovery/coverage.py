"""Who cannot recover by questions, and why: the stored result of each member, the counts, and the pass over the registry.

Usable facts are computed from the values (`usable_facts.py`), at 20 µs a member: too slow for a list. So what a member lacks is
stored (`MissingFacts`) wherever it can change: at a contact change in its own transaction; after an import, a measurement and a
start of the worker (other settings, another version) by a job that passes over all members. A hold and a block are read from
the member's own row.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import Member
from common.colombia.formats import thousands
from outbox.models import Job, State
from outbox.queue import put_job
from recovery.masked_values import FIELDS
from recovery.models import Coverage, MissingFacts
from recovery.registry_statistics import COUNT_JOB, IMPORT_JOB, NO_EMAIL, current, missing_text, what_is_missing

PART = 20_000  # members a job looks at, in about a second; mail is sent between two jobs
AT_ONCE = 2_000  # members read and written by one statement
DATE = "issue"  # stands for both dates: who lacks one lacks the other, and one is enough
HOLD, BLOCKED = "hold", "blocked"
ACTIVE: dict[str, Any] = {"in_registry": True, "status": Member.Status.ACTIVE}
# The reasons staff can look for, in the order of the page.
REASONS = {
    DATE: "fecha de expedición o de nacimiento",
    "mobile": missing_text("mobile"),
    "landline": missing_text("landline"),
    "address": missing_text("address"),
    NO_EMAIL: missing_text(NO_EMAIL),
    HOLD: "datos cambiados hace poco",
    BLOCKED: "acceso bloqueado",
}


# ---- the list and its counts -------------------------------------------------------------------------------------


def reason_holds(reason: str, now: datetime) -> Q:
    """The condition on members that this reason of `REASONS` keeps them from recovering by questions."""
    if reason == HOLD:
        return Q(held_until__gt=now)
    if reason == BLOCKED:
        return Q(blocked_at__isnull=False)
    return Q(missing_facts__kinds__contains=reason)


def cannot_by_questions(members: QuerySet[Any]) -> QuerySet[Any]:
    """Those of `members` who are active and cannot recover by questions today."""
    return members.filter(Q(missing_facts__isnull=False) | _held_or_blocked(), **ACTIVE)


def count_unable() -> int:
    """As many as `cannot_by_questions` has: the few who are held or blocked are found by their own indexes, and nobody
    is looked up who lacks a fact. Milliseconds with a million members, where the list takes most of a second to count."""
    others = Member.objects.filter(_held_or_blocked(), missing_facts__isnull=True, **ACTIVE)
    return MissingFacts.objects.count() + others.count()


def _held_or_blocked() -> Q:
    now = timezone.now()
    return reason_holds(HOLD, now) | reason_holds(BLOCKED, now)


def reasons_of(member: Member, now: datetime) -> list[str]:
    """The reasons of one member, as the list shows them; `missing_facts` should have been read with the member."""
    stored = getattr(member, "missing_facts", None)
    kinds = stored.kinds.split(",") if stored else []
    holds = {HOLD: member.held(now), BLOCKED: member.blocked_at is not None}
    return [reason for reason in REASONS if reason in kinds or holds.get(reason)]


@dataclass(frozen=True)
class Counted:
    """Active members, those who can recover by questions, and the others by reason; one member may have several."""

    members: int
    able: int
    lacking: dict[str, int]


def count_coverage() -> Counted:
    """The counts of this moment; one statement over the members."""
    now, members = timezone.now(), Member.objects.filter(**ACTIVE)
    unable = cannot_by_questions(Member.objects.all()).aggregate(all=Count("pk"), **counts_by_reason(now))
    total, cannot = members.count(), unable.pop("all")
    return Counted(total, total - cannot, {reason: count for reason, count in unable.items() if count})


def counts_by_reason(now: datetime) -> dict[str, Count]:
    """The aggregates of a count by reason."""
    return {reason: Count("pk", filter=reason_holds(reason, now)) for reason in REASONS}


def coverage_text(counted: Counted | Coverage) -> str:
    """The counts in one sentence, for `doctor` and the office."""
    share = round(100 * counted.able / counted.members) if counted.members else 0
    able, members = thousands(counted.able), thousands(counted.members)
    text = f"{able} de {members} asociados ({share} %) pueden recuperar su clave con preguntas."
    lacking = ", ".join(f"{REASONS[reason]} ({thousands(count)})" for reason, count in counted.lacking.items())
    return f"{text} Por qué no pueden los demás: {lacking}." if lacking else text


def counting() -> bool:
    """Whether a pass over the registry is due or under way: until it ends, the stored results may be older."""
    return Job.objects.filter(kind__in=(IMPORT_JOB, COUNT_JOB), state=State.QUEUED).exists()


# ---- the stored result -------------------------------------------------------------------------------------------


def queue_count() -> None:
    """Queue a pass over the registry; registered with the start of the worker."""
    put_job(kind=COUNT_JOB, payload={"after": 0})


def count_part(after: int) -> int | None:
    """Look at the next `PART` members by id; the last id, or None after the last member."""
    for _ in range(PART // AT_ONCE):
        last = _count_some(after)
        if last is None:
            Coverage.objects.update_or_create(pk=1, defaults={"counted_at": timezone.now(), **vars(count_coverage())})
            return None
        after = last
    return after


def count_once() -> Counted:
    """The counts, after a pass of our own where no worker has made one yet."""
    after: int | None = None if Coverage.objects.exists() else 0
    while after is not None:
        after = count_part(after)
    return count_coverage()


def _count_some(after: int) -> int | None:
    members = Member.objects.filter(pk__gt=after, **ACTIVE).order_by("pk")
    people = list(members.values_list("pk", "document", "email", *FIELDS, named=True)[:AT_ONCE])
    if not people:
        MissingFacts.objects.filter(member_id__gt=after).delete()
        return None
    last = people[-1].pk
    rows = MissingFacts.objects.filter(member_id__gt=after, member_id__lte=last)
    stored, found = dict(rows.values_list("member_id", "kinds")), _lacking(people)
    store([pk for pk in stored.keys() | found.keys() if stored.get(pk) != found.get(pk)])
    return last


def _lacking(people: Iterable[Any]) -> dict[int, str]:
    statistics = current()
    missing = ((person.pk, what_is_missing(person, statistics)) for person in people)
    return {pk: ",".join(kinds) for pk, kinds in missing if kinds}


@transaction.atomic
def store(members: Collection[int]) -> None:
    """Compute and store what these members lack, under their lock: a contact change at the same time is not overwritten."""
    found = _lacking(Member.objects.locked().filter(pk__in=members, **ACTIVE).order_by("pk")) if members else {}
    MissingFacts.objects.filter(member_id__in=set(members) - found.keys()).delete()
    rows = [MissingFacts(member_id=pk, kinds=kinds) for pk, kinds in found.items()]
    MissingFacts.objects.bulk_create(rows, update_conflicts=True, unique_fields=["member"], update_fields=["kinds"])


def forget_who_left() -> None:
    """Called in the transaction of each import: only active members have a row, or `count_unable` would count more."""
    MissingFacts.objects.filter(Q(member__in_registry=False) | ~Q(member__status=Member.Status.ACTIVE)).delete()


def store_one(member: Member) -> None:
    """Registered with the contact changes: called in the transaction of each."""
    store([member.pk])
