"""Simulate a year of attacks against many members, through the sign-in's own code with a simulated clock.

    python -m tests.attacks.year --members 10000

The rate limits decide every attempt; only the hash is replaced, by a comparison with two secrets at once: a key chosen at
random and one chosen as people do. The outsider has unlimited networks and reads every picture. `--whole` runs all of
`check_key`, which takes eight times as long; a test compares the attempts that both allow.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

from django.db import transaction

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
END = START + 365 * DAY
NEVER_RIGHT = "-"  # as a sealed key: the portal finds every key wrong; the simulation compares


@dataclass
class Year:
    """The simulated clock, the current member's secrets, and the results."""

    chance: random.Random
    whole: bool = False
    now: datetime = START
    secrets: dict[str, dict[str, str]] = field(default_factory=dict)  # world -> kind of key -> secret
    keys: dict[str, Any] = field(default_factory=dict)  # kind of key -> its row
    expires: dict[str, datetime] = field(default_factory=dict)  # kind of key -> when it stops to open
    compared: Counter[str] = field(default_factory=Counter)  # kind of key -> attempts allowed
    fell: dict[str, set[int]] = field(default_factory=lambda: {"random": set(), "human": set(), "email": set()})

    def verify(self, member_id: int, kind: str, sealed: str, key: str) -> bool:
        """Replaces the hasher's `verify_key`: called exactly for the attempts that the rate limits allow."""
        if self.now > self.expires.get(kind, END):
            return False  # found wrong for another reason
        self.compared[kind] += 1
        for world, keys in self.secrets.items():
            if keys.get(kind) == key:
                self.fell[world].add(member_id)
        return False


@contextmanager
def outsider(year: Year) -> Iterator[None]:
    """Patch the clock and the comparison, and make the limits of networks and portal endless."""
    from ratelimits import rates
    from ratelimits.gcra import Limit

    def endless(name: str) -> Limit:
        return Limit(name, "endless", 10**9, timedelta(seconds=10))

    def nothing(*_: object, **__: object) -> None:
        """Plain functions all: a Mock keeps every call, and there are millions."""

    with (
        mock.patch("django.utils.timezone.now", lambda: year.now),
        mock.patch("accounts.key_check.verify_key", year.verify),
        mock.patch("accounts.key_check.verify_nothing", nothing),
        mock.patch("accounts.key_check.known_device", nothing),
        mock.patch.object(rates, "sign_in_network", lambda network: endless("sign_in_network")),
        mock.patch.object(rates, "portal", lambda members: endless("portal")),
    ):
        yield


def play(year: Year, number: int) -> None:
    """One member's year: everything an outsider can do, in the order of time."""
    from accounts.models import Member
    from tests.attacks.popularity import human_key, random_key

    document = str(10_000_000 + number)
    member = Member.objects.create(document=document, first_names="A", last_names="B", email=f"{document}@example.com")
    year.secrets = {"random": {"chosen": random_key(year.chance)}, "human": {"chosen": human_key(year.chance)}}
    year.now, year.expires, year.keys = START, {}, {}
    _give(year, member, "chosen")
    letter = START + year.chance.randrange(330) * DAY
    recovery = START + year.chance.randrange(360) * DAY
    steps = [(START, _five(year, member)), (letter, _letter(year, member)), (recovery, _recovery(year, member))]
    steps += [(START, _mails(year, member)), (START, _answers(year, member))]
    _run(year, steps)


def _run(year: Year, steps: list[tuple[datetime, Iterator[datetime]]]) -> None:
    """Run the plans in order of time: each yields the moment at which it continues."""
    while steps:
        steps.sort(key=lambda step: step[0])
        year.now, plan = steps.pop(0)
        if year.now >= END:
            continue
        wish = next(plan, None)
        if wish is not None:
            steps.append((wish, plan))


def _try(year: Year, member: Any, key: str) -> datetime | None:
    """One attempt to sign in; the end of the lockout, if there is one."""
    from accounts.key_check import SHOWN, KeyCheck, _charge, check_key
    from accounts.visitors import Visitor

    nobody = Visitor("203.0.113.0/24", "", "", "")
    if year.whole:
        return check_key(document=member.document, key=key, visitor=nobody).locked_until
    check = KeyCheck(member.document, nobody, None, keys=year.keys)
    refusal = _charge(check, len(key))
    for kind in set(check.allowed) & set(year.keys):
        year.verify(member.pk, kind, NEVER_RIGHT, key)
    return refusal.until if refusal and refusal.limit.name in SHOWN else None


def _give(year: Year, member: Any, kind: str, life: timedelta | None = None) -> None:
    """A key of this kind, as if just issued; the secret of a given one is uniform in both worlds."""
    member.keys.live().filter(kind=kind).update(ended_at=year.now)
    expires = year.now + life if life else None
    year.keys[kind] = member.keys.create(kind=kind, sealed=NEVER_RIGHT, created_at=year.now, expires_at=expires)
    if life:
        year.expires[kind] = year.now + life
        secret = f"{year.chance.randrange(10**4):04d}" if kind == "temporary" else str(year.chance.randrange(100_000, 10**6))
        for keys in year.secrets.values():
            keys[kind] = secret


def _five(year: Year, member: Any) -> Iterator[datetime]:
    """The most popular keys, one after the other, whenever the rate limits allow an attempt."""
    from tests.attacks.popularity import allowed_by_popularity

    guesses = iter(allowed_by_popularity())
    guess = next(guesses)
    while True:
        until = _try(year, member, guess)
        if until:
            yield until
        else:
            guess = next(guesses)
            yield year.now


def _until_silence(year: Year, member: Any, guesses: Iterator[str]) -> None:
    """Try keys until a rate limit that refuses silently allows no more."""
    before = -1
    while sum(year.compared.values()) != before:
        before = sum(year.compared.values())
        _try(year, member, next(guesses))


def _six(year: Year) -> Iterator[str]:
    return (str(number) for number in year.chance.sample(range(100_000, 1_000_000), 400))


def _letter(year: Year, member: Any) -> Iterator[datetime]:
    """A printed key lies in a drawer for its thirty days; tried every day."""
    _give(year, member, "initial", 30 * DAY)
    guesses = _six(year)
    for _ in range(30):
        _until_silence(year, member, guesses)
        yield year.now + DAY


def _recovery(year: Year, member: Any) -> Iterator[datetime]:
    """The member recovers their key, and the outsider attacks the temporary key."""
    _give(year, member, "temporary", 30 * MINUTE)
    guesses = (f"{number:04d}" for number in year.chance.sample(range(10_000), 20))
    _until_silence(year, member, guesses)
    yield year.now + 29 * MINUTE
    _until_silence(year, member, guesses)


def _mails(year: Year, member: Any) -> Iterator[datetime]:
    """The outsider requests a mail whenever a new key would be sent, and guesses that key."""
    from audit.actors import Actor
    from ratelimits import rates
    from ratelimits.gcra import charge

    while True:
        refusal = charge(rates.mail_road_keys(member.document), by=Actor.stranger())
        if refusal:
            yield refusal.until
            continue
        _give(year, member, "mailed", 24 * HOUR)
        _until_silence(year, member, _six(year))
        yield year.now + HOUR + MINUTE


def _answers(year: Year, member: Any) -> Iterator[datetime]:
    """The outsider knows the e-mail and answers at random, three questions of nine answers."""
    from audit.actors import Actor
    from ratelimits import rates
    from ratelimits.gcra import charge
    from tests.attacks.odds import ANSWERS

    while True:
        refusal = charge(rates.answers_document(member.document, member.email), by=Actor.stranger())
        if refusal:
            yield refusal.until
            continue
        year.compared["answers"] += 1
        if year.chance.randrange(ANSWERS) == 0:
            year.fell["email"].add(member.pk)
        yield year.now


def _one_commit() -> transaction.Atomic:
    """All of a member's attempts in one transaction: a commit for each would take hours."""
    everything = transaction.atomic()
    everything._from_testcase = True  # type: ignore[attr-defined]  else `charge` refuses to run inside another
    return everything


def simulate(members: int, seed: int = 1, tell: bool = False, whole: bool = False) -> Year:
    """Play `members` years, one after the other; `tell` says how far it is."""
    year = Year(random.Random(seed), whole)
    with outsider(year):
        for number in range(members):
            with _one_commit():
                play(year, number)
            if tell and number % 500 == 499:
                print(f"  {number + 1} asociados", file=sys.stderr)
    return year


def report(year: Year, members: int) -> bool:
    """Print both figures beside each other; whether they agree and stay inside the bounds."""
    from tests.attacks.odds import BOUNDS, chance, roads

    expected = {"chosen": 0, "temporary": 1, "initial": 2, "mailed": 3, "answers": 4}
    lines = roads(email=True)
    good = True
    for kind, place in expected.items():
        got, most = year.compared[kind] / members, lines[place].tries
        good &= got <= most and got >= 0.95 * most
        print(f"{lines[place].name:28} {got:7.2f} intentos por asociado y año; por aritmética {most}")
    for world, human, email in (("random", False, False), ("human", True, False), ("email", False, True)):
        fell = year.fell[world] | (year.fell["random"] if email else set())
        share, sum_of_roads = len(fell) / members, chance(human, email)
        spread = 3 * (sum_of_roads / members) ** 0.5
        good &= sum_of_roads <= BOUNDS[world] and abs(share - sum_of_roads) <= spread
        print(f"{world:28} {share:.4%} simulado, {sum_of_roads:.4%} por aritmética, límite {BOUNDS[world]:.2%}")
    good &= chance(True, True) <= BOUNDS["email"]
    print(f"{'email, claves humanas':28} {chance(True, True):.4%} por aritmética, límite {BOUNDS['email']:.2%}")
    sums = f"al azar {chance():.3%}, humanas {chance(human=True):.3%}, con el correo {chance(email=True):.3%}"
    print(f"{members} asociados, intentos como por aritmética; {sums} (límites 0.08, 0.5 y 1 %)")
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=10_000)
    parser.add_argument("--whole", action="store_true", help="through all of check_key")
    options = parser.parse_args()
    members = options.members
    from tests.attacks.alone import empty_portal

    with empty_portal():
        return 0 if report(simulate(members, tell=True, whole=options.whole), members) else 1


if __name__ == "__main__":
    sys.exit(main())
