"""The state of a member's access. For any number of members: one query for their keys and one for their rate limits."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.utils import timezone

from accounts.models import AccessKey, Member
from ratelimits import rates
from ratelimits.gcra import Limit, microseconds, moment
from ratelimits.models import RateLimit


class State(StrEnum):
    """The one word about somebody's access."""

    NONE = "Sin clave"
    INITIAL = "Inicial"
    TEMPORARY = "Temporal"
    ACTIVE = "Activa"
    EXPIRED = "Vencida"
    LOCKED_OUT = "En pausa"
    BLOCKED = "Bloqueado"
    RETIRED = "Retirado"
    STAFF = "No es asociado"


@dataclass(frozen=True)
class KeyFacts:
    """One live key: until when it serves (None: no end) and whether it must be changed."""

    expires_at: datetime | None
    must_change: bool


@dataclass(frozen=True)
class Situation:
    """All that decides. `keys` by kind; `spent` has the end of the lockout of each spent rate limit."""

    in_registry: bool
    retired: bool
    blocked_at: datetime | None
    held_until: datetime | None
    has_email: bool
    keys: dict[str, KeyFacts] = field(default_factory=dict)
    spent: dict[str, datetime] = field(default_factory=dict)
    failures: int = 0  # wrong tries of the five-digit key that still count

    def live(self, kind: str, now: datetime) -> KeyFacts | None:
        """The key of this kind, if it would open at `now`."""
        key = self.keys.get(kind)
        return key if key and (key.expires_at is None or key.expires_at > now) else None

    def locked_out_until(self) -> datetime | None:
        """The end of the lockout of the five-digit key."""
        ends = [self.spent[name] for name in ("sign_in_short", "sign_in_long") if name in self.spent]
        return max(ends) if ends else None


@dataclass(frozen=True)
class AccessState:
    """The one word, and the situation it was judged from."""

    state: State
    situation: Situation

    @property
    def may_enter(self) -> bool:
        return self.state in (State.ACTIVE, State.TEMPORARY, State.INITIAL)


def access_states(members: Iterable[Member]) -> dict[int, AccessState]:
    """The state of each member's access, by member id."""
    members, now = list(members), timezone.now()
    keys = _keys_of(members)
    limits = {member.pk: _limits(member, keys[member.pk]) for member in members}
    tats = _tats([limit.id for own in limits.values() for limit in own])
    situations = {member.pk: _situation(member, keys[member.pk], limits[member.pk], tats, now) for member in members}
    return {number: AccessState(_state(situation, now), situation) for number, situation in situations.items()}


def access_state_of(member: Member) -> AccessState:
    """The state of one member's access."""
    return access_states([member])[member.pk]


def limits_of(member: Member) -> list[Limit]:
    """The rate limits of one member's document."""
    return _limits(member, _keys_of([member])[member.pk])


def _state(situation: Situation, now: datetime) -> State:
    if not situation.in_registry:
        return State.STAFF
    if situation.retired:
        return State.RETIRED
    if situation.blocked_at:
        return State.BLOCKED
    if situation.locked_out_until():
        return State.LOCKED_OUT
    if situation.live("chosen", now):
        return State.ACTIVE
    if situation.live("temporary", now) or situation.live("mailed", now):
        return State.TEMPORARY
    if situation.live("initial", now):
        return State.INITIAL
    return State.EXPIRED if situation.keys else State.NONE


def _keys_of(members: list[Member]) -> dict[int, dict[str, AccessKey]]:
    keys: dict[int, dict[str, AccessKey]] = {member.pk: {} for member in members}
    for key in AccessKey.objects.live().filter(member__in=list(keys)):
        keys[key.member_id][key.kind] = key
    return keys


def _limits(member: Member, keys: dict[str, AccessKey]) -> list[Limit]:
    return rates.of_document(member.document, member.email, keys)


def _tats(ids: list[str]) -> dict[str, int]:
    return dict(RateLimit.objects.filter(pk__in=ids).values_list("pk", "tat"))


def _spent(limits: list[Limit], tats: dict[str, int], now: datetime) -> dict[str, datetime]:
    """Until when each spent rate limit refuses."""
    free = {limit.name: tats.get(limit.id, 0) - (limit.burst - 1) * limit.step for limit in limits}
    return {name: moment(at) for name, at in free.items() if at > microseconds(now)}


def _failures(limits: list[Limit], tats: dict[str, int], now: datetime) -> int:
    """Wrong tries of the five-digit key that the slow rate limit of the document still counts, each for `every`."""
    used = [(tats.get(limit.id, 0) - microseconds(now), limit.step) for limit in limits if limit.name == "sign_in_long"]
    return sum(-(-ahead // step) for ahead, step in used if ahead > 0)


def _situation(
    member: Member, keys: dict[str, AccessKey], limits: list[Limit], tats: dict[str, int], now: datetime
) -> Situation:
    return Situation(
        in_registry=member.in_registry,
        retired=member.status == Member.Status.RETIRED,
        blocked_at=member.blocked_at,
        held_until=member.held_until,
        has_email=bool(member.email),
        keys={kind: KeyFacts(key.expires_at, key.must_change) for kind, key in keys.items()},
        spent=_spent(limits, tats, now),
        failures=_failures(limits, tats, now),
    )
