"""The fixed, public groups of nine masked values that are offered together. Pure.

The groups are cut once and for ever: a question shows the group its member's value is in, so its options change only if
the fact does, and two members of one household see the same options. Within a group an outsider has no reason to prefer a
value: `docs/decisions/0038-answer-groups.md` gives the reason for each cut. A value left over has no group and is not asked.
A test holds `groups_digest()`: to change one group is to change the options of members in use.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from recovery.masked_values import BIRTH_DAYS, FOUR_DIGITS, ISSUE_DAYS, KINDS, PLATES

DecoyBytes = Callable[..., bytes]
Group = tuple[str, ...]

GROUP_SIZE = 9
# Birth dates that people and clerks like better than others; 1 January is not usable at all.
LIKED_DAYS = frozenset({f"{month:02}-{day}" for month in range(1, 13) for day in ("01", "15")}) | {
    "01-06",
    "12-24",
    "12-25",
    "12-31",
}
DAYS_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
WEEKDAY_GROUPS = 5  # full groups of nine weeks in a year of 52, for each weekday


def cut(values: Sequence[str]) -> list[Group]:
    """Consecutive groups of nine; what is left over at the end has no group."""
    starts = range(0, len(values) - GROUP_SIZE + 1, GROUP_SIZE)
    return [tuple(sorted(values[start : start + GROUP_SIZE])) for start in starts]


def issue_groups() -> list[Group]:
    """Days of one weekday in nine neighbouring weeks: whatever the year, offices were open on all of them or on none.

    Nine weeks fit five times into a year. The six weeks before Christmas are grouped by neighbouring weekdays, and the
    last days of December, when few offices work, are left over.
    """
    by_weekday: dict[int, list[str]] = defaultdict(list)
    for day in ISSUE_DAYS:
        by_weekday[_weekday_class(day)].append(day)
    full = WEEKDAY_GROUPS * GROUP_SIZE
    groups = [group for days in by_weekday.values() for group in cut(days[:full])]
    rest = sorted(day for days in by_weekday.values() for day in days[full:])
    rest = rest[: len(rest) // GROUP_SIZE * GROUP_SIZE]
    return groups + cut(sorted(rest, key=lambda day: (_weekday_class(day), day)))


def _weekday_class(day: str) -> int:
    """Days of one class fall on one weekday in every year, but for a step of one at 29 February."""
    month, number = day.split("-")
    return (DAYS_BEFORE_MONTH[int(month) - 1] + int(number)) % 7


def birth_groups() -> list[Group]:
    """Runs of days in one season, so that a known month or star sign does not help; well-liked days among themselves."""
    liked = [day for day in BIRTH_DAYS if day in LIKED_DAYS]
    return cut(liked) + cut([day for day in BIRTH_DAYS if day not in LIKED_DAYS])


def phone_groups() -> list[Group]:
    """Numbers with the same last two digits, which mail providers show to anybody.

    Of the hundred numbers one is left over: the equal digits or the keypad run that is not usable, else the pair said
    twice («2727»), which people choose.
    """
    groups = []
    for pair in (f"{number:02}" for number in range(100)):
        numbers = [digits for digits in FOUR_DIGITS if digits.endswith(pair)]
        spare = {pair * 2} if len(numbers) % GROUP_SIZE else set()
        groups += cut([digits for digits in numbers if digits not in spare])
    return groups


def plate_groups() -> list[Group]:
    """Multiples of ten, of five, and the others in runs: people round numbers, and few blocks are long."""
    tens = [plate for plate in PLATES if int(plate) % 10 == 0]
    fives = [plate for plate in PLATES if int(plate) % 10 == 5]
    return cut(tens) + cut(fives) + cut([plate for plate in PLATES if int(plate) % 5])


_PHONES = tuple(phone_groups())
GROUPS: dict[str, tuple[Group, ...]] = {
    "issue": tuple(issue_groups()),
    "birth": tuple(birth_groups()),
    "mobile": _PHONES,
    "landline": _PHONES,
    "address": tuple(plate_groups()),
}
_NUMBER = {
    kind: {value: number for number, group in enumerate(GROUPS[kind]) for value in group}
    for kind in KINDS  # the same keys as GROUPS
}


def group_number(kind: str, value: str) -> int | None:
    """The number of the group that holds `value`; None for a value that has no group."""
    return _NUMBER[kind].get(value)


def hidden_value(kind: str, number: int, decoy_bytes: DecoyBytes) -> str:
    """The value of the group that is not shown. The same for all its members, so comparing pages tells nothing."""
    group = GROUPS[kind][number]
    return group[_whole(decoy_bytes("hidden", kind, str(number))) % GROUP_SIZE]


def groups_digest() -> str:
    """SHA-256 of all groups, as hex digits."""
    return sha256("\n".join(_lines(GROUPS.items())).encode()).hexdigest()


def _lines(groups: Iterable[tuple[str, tuple[Group, ...]]]) -> Iterable[str]:
    return (f"{kind} {number} {' '.join(group)}" for kind, cuts in groups for number, group in enumerate(cuts))


def _whole(block: bytes) -> int:
    return int.from_bytes(block[:8])
