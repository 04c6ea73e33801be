"""Search for members: by document, document prefix, or name prefixes."""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Right

from accounts.access_state import State, access_states
from accounts.models import Member
from audit.kinds import Kind
from audit.models import Event
from audit.record import subject_of
from common.colombia.documents import IGNORED, searchable

MOST = 100  # matches shown
RECENT = 250  # newest refusals of each kind that are searched for locked-out members
SHORTEST = 3  # letters of the first word of a name
SHARES = (64, 8)  # every 64th member, every 8th: each share has a word index of its own (migration 0003)


def find_members(members: QuerySet[Member], text: str) -> QuerySet[Member]:
    """At most `MOST` matching members; an exact document matches alone."""
    digits = text.translate(IGNORED).lstrip("0")
    if digits.isascii() and digits.isdigit():
        exact = members.filter(document=digits)
        return exact if exact.exists() else members.filter(pk__in=_first(members.filter(starts_with(digits))))
    words = words_of(text)
    if not words:
        return members.none()
    return members.filter(pk__in=_by_name(_named(members, words)))


def member_of(subject: str) -> int | None:
    """Primary key of the member whose document has this digest; None if no member has it."""
    tails = Event.objects.filter(subject=subject).exclude(subject_tail="").values_list("subject_tail", flat=True)
    return next((pk for pk, found in _with_subjects(set(tails[:1])) if found == subject), None)


def paused_members() -> list[int]:
    """Members who are locked out now, among those with the newest refusals; rate limits do not store whose they are."""
    newest = Event.objects.order_by("-number").values_list("subject", "subject_tail")
    recent = {pair for kind in (Kind.SIGN_IN_LOCKED, Kind.SIGN_IN_REFUSED) for pair in newest.filter(kind=kind)[:RECENT]}
    subjects = {subject for subject, _ in recent}
    found = [pk for pk, subject in _with_subjects({tail for _, tail in recent}) if subject in subjects]
    states = access_states(Member.objects.filter(pk__in=found))
    return [pk for pk, access in states.items() if access.state == State.LOCKED_OUT]


def _with_subjects(tails: set[str]) -> Iterator[tuple[int, str]]:
    """Primary keys of members whose documents end in `tails` (indexed), with the digests of their documents."""
    members = Member.objects.annotate(tail=Right("document", 3)).filter(tail__in=tails, in_registry=True)
    for pk, document in members.values_list("pk", "document").iterator():
        yield pk, subject_of(document)


def words_of(text: str) -> list[str]:
    """The searchable words of a name; empty without a word of three letters."""
    plain = "".join(character if character.isalnum() else " " for character in searchable(text))
    words = plain.split()[:6]
    return words if any(len(word) >= SHORTEST for word in words) else []


def starts_with(digits: str) -> Q:
    """Filter for a document prefix, as a range that uses the unique index on every database."""
    following = digits.rstrip("9")
    if not following:
        return Q(document__gte=digits)
    return Q(document__gte=digits, document__lt=following[:-1] + str(int(following[-1]) + 1))


def _by_name(named: QuerySet[Member]) -> list[Any]:
    """Search the shares first: a frequent name fills the list there; only rarer names search all members."""
    for share in SHARES if connection.vendor == "postgresql" else ():
        found = _first(every(share, named))
        if len(found) == MOST:
            return found
    return _first(named)


def every(share: int, members: QuerySet[Member]) -> QuerySet[Member]:
    """Every `share`-th member; matches the partial index of migration 0003."""
    return members.alias(place=F("pk") % share).filter(place=0)


def _named(members: QuerySet[Member], words: list[str]) -> QuerySet[Member]:
    if connection.vendor == "postgresql":
        query = " & ".join(f"{word}:*" for word in words)
        matches = RawSQL("to_tsvector('simple', search_name) @@ to_tsquery('simple', %s)", [query], BooleanField())
        return members.filter(matches)
    for word in words:
        members = members.filter(Q(search_name__startswith=word) | Q(search_name__contains=f" {word}"))
    return members


def _first(members: QuerySet[Member]) -> list[Any]:
    """Any `MOST` matches, unordered, so that the database stops early."""
    return list(members.order_by().values_list("pk", flat=True)[:MOST])
