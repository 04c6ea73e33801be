"""Simulate sign-ins: how many processors serve how many members in their busiest hour.

    python -m tests.bench.capacity

Visits come by chance (Poisson), each takes one processor for a sign-in, its pages and PostgreSQL's work, and waits in line
when none is free. Assumptions stand in `docs/scale.md`; change them here and there together.
"""

import heapq
import random
from collections.abc import Iterator

VISIT = 0.043  # seconds of one processor, measured: python -m tests.bench.visit_cost
VISITS_A_MONTH = 1 / 3  # of the members
PAYDAY = 3  # times the mean day
BUSIEST_HOUR = 0.10  # of the day's visits
LETTERS_DAY = 0.05  # of the members in one hour, when letters or a newsletter arrived


def visits_an_hour(members: int) -> float:
    return members * VISITS_A_MONTH / 30 * PAYDAY * BUSIEST_HOUR


def arrivals(an_hour: float, seconds: float, chance: random.Random) -> Iterator[float]:
    now = 0.0
    while (now := now + chance.expovariate(an_hour / 3600)) < seconds:
        yield now


def slowest_twentieth(an_hour: float, processors: int, seconds: float = 1800) -> float:
    """Seconds that the 95th of 100 visitors waits for the statement, queueing included; infinite if the queue only grows."""
    if an_hour / 3600 * VISIT >= processors:
        return float("inf")
    free = [0.0] * processors
    took = []
    for at in arrivals(an_hour, seconds, random.Random(1)):
        begin = max(at, heapq.heappop(free))
        heapq.heappush(free, begin + VISIT)
        took.append(begin + VISIT - at)
    took.sort()
    return took[int(len(took) * 0.95)] if took else 0.0


def enough(an_hour: float, within: float = 1.0) -> int:
    """The smallest number of processors with which 95 of 100 wait less than `within` seconds."""
    processors = 1
    while slowest_twentieth(an_hour, processors) > within:
        processors = processors + 1 if processors < 16 else processors * 2
    return processors


def main() -> None:
    for members in (10_000, 100_000, 1_000_000, 10_000_000):
        payday, letters = visits_an_hour(members), members * LETTERS_DAY
        line = [f"{members:>10,} members"]
        for name, an_hour in (("payday", payday), ("letters", letters)):
            processors = enough(an_hour)
            wait = slowest_twentieth(an_hour, processors)
            line.append(f"{name} {an_hour:>9,.0f} visits/h: {processors:>2} processors, p95 {wait * 1000:.0f} ms")
        print(" | ".join(line))


if __name__ == "__main__":
    main()
