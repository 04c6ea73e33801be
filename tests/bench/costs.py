"""Processor time of a visit: of the server and of PostgreSQL, and of Argon2 alone for comparison."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.low_level import Type

from tests.bench.servers import Server, database_cpu
from tests.bench.visits import Round

CORES = len(os.sched_getaffinity(0))
OURS = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=Type.ID)


@dataclass(frozen=True)
class Cost:
    """Milliseconds of processor a visit."""

    server: float
    database: float

    @property
    def whole(self) -> float:
        return self.server + self.database


def cost(server: Server, database: str, work: Callable[[], Round]) -> Cost:
    """Processor time per visit of `work`, of this server and of its database's PostgreSQL processes ("" without one)."""
    before, before_there = server.cpu(), database_cpu(database)
    count = len(work().each)
    spent, spent_there = server.cpu() - before, database_cpu(database) - before_there
    return Cost(1000 * spent / count, 1000 * spent_there / count)


def argon2_milliseconds(count: int) -> float:
    """Processor time of one verification, as many at once as there are cores."""
    encoded = OURS.hash("60382")
    before = time.process_time()
    with ThreadPoolExecutor(CORES) as threads:
        list(threads.map(lambda _: OURS.verify(encoded, "60382"), range(count)))
    return 1000 * (time.process_time() - before) / count
