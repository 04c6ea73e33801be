"""An outsider's chance per member and year, computed from the numbers of `ratelimits/rates.py` alone.

The year has one recovery and one letter. The outsider has unlimited networks, reads every picture and uses every rate limit
up. The chances of the ways in are added, which counts each success at least once: the sum is an upper bound.
"""

from dataclasses import dataclass
from datetime import timedelta

from ratelimits import rates
from ratelimits.gcra import Limit
from tests.attacks.popularity import allowed_by_popularity, shares

YEAR = timedelta(days=365)
LIVES = {"temporary": timedelta(minutes=30), "initial": timedelta(days=30), "mailed": timedelta(hours=24)}
SIX = 900_000  # keys of six digits: none begins with 0
ANSWERS = 9**3  # three questions, each right one time in nine
BOUNDS = {"random": 0.0008, "human": 0.005, "email": 0.01}


def tries(limit: Limit, span: timedelta) -> int:
    """The most attempts a rate limit allows within `span`: `burst` at its beginning, then one each `every`."""
    return limit.burst + int(span / limit.every)


@dataclass(frozen=True)
class Road:
    """One way in: attempts a year, and attempts that a success takes on average."""

    name: str
    tries: int
    space: float

    @property
    def chance(self) -> float:
        return self.tries / self.space


def five_digits() -> int:
    """Attempts a year against a chosen key from unknown devices: the stricter of the two limits."""
    return min(tries(rates.sign_in_short(""), YEAR), tries(rates.sign_in_long(""), YEAR))


def roads(human: bool = False, email: bool = False) -> list[Road]:
    """Every way in: keys chosen at random or, with `human`, by people; with `email`, the questions too."""
    five = five_digits()
    best = sum(shares()[:five]) if human else five / len(allowed_by_popularity())
    mails = tries(rates.mail_road_keys(""), YEAR)
    found = [
        Road("clave elegida, 5 números", five, five / best),
        Road("temporal, 4 números", tries(rates.temporary_key("", None, False), LIVES["temporary"]), 10**4),
        Road("inicial, 6 números", tries(rates.initial_key("", None), LIVES["initial"]), SIX),
        Road("por correo, 6 números", mails * tries(rates.mailed_key("", None), LIVES["mailed"]), SIX),
    ]
    if email:
        found.append(Road("preguntas", tries(rates.answers_document("", ""), YEAR), ANSWERS))
    return found


def chance(human: bool = False, email: bool = False) -> float:
    """The sum over all ways in."""
    return sum(road.chance for road in roads(human, email))
