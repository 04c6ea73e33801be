"""A model of how people choose keys of five digits: Zipf's law over the popular codes, the common ones refused.

Published studies of leaked numeric passwords (DataGenetics 2012; Wang et al. 2017) find that the r-th most popular code is
chosen about 1/r as often as the first. `common_keys` takes the first ranks, and a person whose key is refused chooses again
by the same law. No rule can make the rest uniform: the bound holds while the 36 most popular keys that are left hold at
most 0.46 % of the members.
"""

import random
from bisect import bisect_left
from functools import cache
from itertools import accumulate

from accounts.keys import common_keys

SPACE = 10**5


@cache
def allowed_by_popularity() -> tuple[str, ...]:
    """Every allowed key, the most popular first; the order within is arbitrary and does not change the odds."""
    keys = [key for key in (f"{number:05d}" for number in range(SPACE)) if key not in common_keys()]
    random.Random(5).shuffle(keys)
    return tuple(keys)


@cache
def shares(exponent: float = 1.0) -> tuple[float, ...]:
    """The share of members who chose each allowed key, in the order of `allowed_by_popularity`."""
    weights = [rank**-exponent for rank in range(len(common_keys()) + 1, SPACE + 1)]
    total = sum(weights)
    return tuple(weight / total for weight in weights)


@cache
def _steps(exponent: float) -> tuple[float, ...]:
    return tuple(accumulate(shares(exponent)))


def human_key(chance: random.Random, exponent: float = 1.0) -> str:
    """A random key with the probabilities of `shares`."""
    keys = allowed_by_popularity()
    return keys[min(bisect_left(_steps(exponent), chance.random()), len(keys) - 1)]


def random_key(chance: random.Random) -> str:
    """A uniformly random allowed key."""
    return chance.choice(allowed_by_popularity())
