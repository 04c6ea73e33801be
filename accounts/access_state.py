"""Read what `access_rules.py` judges: for any number of members, one query for their keys and one for their budgets."""

from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from accounts.access_rules import AccessState, KeyFacts, Situation, access_state
from accounts.models import AccessKey, Member
from ratelimits import rates
from ratelimits.gcra import Limit, microseconds, moment
from ratelimits.models import RateLimit


def access_states(members: Iterable[Member]) -> dict[int, AccessState]:
    """The state of each member's access, by his number."""
    members, now = list(members), timezone.now()
    keys = _keys_of(members)
    limits = {member.pk: _limits(member, keys[member.pk]) for member in members}
    tats = _tats([limit.id for own in limits.values() for limit in own])
    return {
        member.pk: access_state(_situation(member, keys[member.pk], limits[member.pk], tats, now), now) for member in members
    }


def access_state_of(member: Member) -> AccessState:
    """The state of one member's access."""
    return access_states([member])[member.pk]


def limits_of(member: Member) -> list[Limit]:
    """The budgets of one member's document."""
    return _limits(member, _keys_of([member])[member.pk])


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
    """Until when each emptied budget gives nothing."""
    free = {limit.name: tats.get(limit.id, 0) - (limit.burst - 1) * limit.step for limit in limits}
    return {name: moment(at) for name, at in free.items() if at > microseconds(now)}


def _failures(limits: list[Limit], tats: dict[str, int], now: datetime) -> int:
    """Wrong tries of the five-digit key that the slow budget of the document still counts, each for `every`."""
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
