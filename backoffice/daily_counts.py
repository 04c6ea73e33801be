"""Daily counts of events over the last month. Past days are counted once and stored: the trail does not change."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count
from django.utils import timezone

from audit.kinds import Kind
from audit.models import Event
from backoffice.models import DayFigure

DAYS = 30
KINDS = [
    Kind.KEY_ISSUED,
    Kind.SIGN_IN_LOCKED,
    Kind.RECOVERY_PASSED,
    Kind.RECOVERY_FAILED,
    Kind.MAIL_FAILED,
    Kind.STAFF_ALARM,
    Kind.STAFF_CODE_ALARM,
    Kind.SIGNED_IN,
]


@dataclass(frozen=True)
class Day:
    """One day's counts by kind of event."""

    day: date
    counts: dict[str, int]

    def count(self, kind: Kind) -> int:
        return self.counts.get(kind, 0)


def last_days() -> list[Day]:
    """The last thirty days, today last; two queries once past days are stored."""
    today = timezone.localdate()
    first = today - timedelta(days=DAYS - 1)
    kept = _kept(first)
    missing = [first + timedelta(days=number) for number in range(DAYS - 1) if first + timedelta(days=number) not in kept]
    if missing:
        _keep(missing)
        kept = _kept(first)
    days = [Day(day, kept[day]) for day in sorted(kept) if day < today]
    return [*days, Day(today, _count(today, today + timedelta(days=1)))]


def _kept(first: date) -> dict[date, dict[str, int]]:
    kept: dict[date, dict[str, int]] = {}
    for day, kind, count in DayFigure.objects.filter(day__gte=first).values_list("day", "kind", "count"):
        kept.setdefault(day, {})[kind] = count
    return kept


def _keep(days: list[date]) -> None:
    """One row per kind and day, zeros too, so that a day is counted once."""
    rows = []
    for day in days:
        counts = _count(day, day + timedelta(days=1))
        rows += [DayFigure(day=day, kind=kind, count=counts.get(kind, 0)) for kind in KINDS]
    DayFigure.objects.bulk_create(rows, ignore_conflicts=True)


def _count(since: date, until: date) -> dict[str, int]:
    found = Event.objects.filter(at__gte=start_of(since), at__lt=start_of(until), kind__in=KINDS)
    return Counter(dict(found.order_by().values_list("kind").annotate(Count("number"))))


def start_of(day: date) -> datetime:
    """Midnight in Bogotá, when the cooperative's day begins."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
