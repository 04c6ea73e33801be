"""An outsider's chance per member and year, from the numbers of `ratelimits/rates.py` alone.

A year with one recovery and one letter; every door tried as often as its budget allows, by somebody with as many networks
as he likes who reads every picture. Adding the chances of the doors counts each success at least once: an upper bound.
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
    """The most tries one budget grants within `span`: all at once at its beginning, then one each `every`."""
    return limit.burst + int(span / limit.every)


@dataclass(frozen=True)
class Road:
    """One way in: how many tries a year, and how many a success takes on average."""

    name: str
    tries: int
    space: float

    @property
    def chance(self) -> float:
        return self.tries / self.space


def five_digits() -> int:
    """Tries against a chosen key from unknown devices: the stricter of the two rows."""
    return min(tries(rates.sign_in_short(""), YEAR), tries(rates.sign_in_long(""), YEAR))


def roads(human: bool = False, email: bool = False) -> list[Road]:
    """Every way in, for keys chosen at random or as people do, and for who knows the e-mail too."""
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
    """All doors added."""
    return sum(road.chance for road in roads(human, email))
