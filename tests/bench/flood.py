"""Goal 4: the statement of signed-in members while many others sign in as fast as they can.

The flood runs in a process of its own, so that its 64 threads do not hold up the readers' clock:

    python -m tests.bench.flood PORT CLIENTS FIRST      until its input ends; prints how many came in a second
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from statistics import median

from tests.bench import portal
from tests.bench.figures import Figure
from tests.bench.pages import members_inside, read
from tests.bench.portal import STATEMENT, Portal
from tests.bench.servers import Server
from tests.bench.signals import ROOT
from tests.bench.sizes import Size

READERS, UNDER_WAY = 4, 3  # seconds until the flood stands


def in_a_flood(ours: Portal, size: Size) -> Figure:
    """Four readers of the overview, alone and in the flood, by turns."""
    calm, flooded, came_in = [], [], []
    with ours.serving() as server:
        readers = members_inside(server, READERS)
        read(readers, STATEMENT, size.loads)  # warm
        for turn in range(size.rounds):
            calm.append(read(readers, STATEMENT, size.loads).p95)
            with _flood(server, size.flood, 10_000 * (turn + 1)) as rate:
                flooded.append(read(readers, STATEMENT, size.loads).p95)
            came_in += rate
    ratios = [one / other for one, other in zip(flooded, calm, strict=True)]
    beside = {"alone p95 ms": 1000 * median(calm), "flooded p95 ms": 1000 * median(flooded), "clients": size.flood}
    return Figure(4, median(ratios), beside | {"sign-ins /s in the flood": median(came_in)})


@contextmanager
def _flood(server: Server, clients: int, first: int) -> Iterator[list[float]]:
    """Run the flood; the list holds its rate afterwards. Raises CalledProcessError if a sign-in failed."""
    words = ["-m", "tests.bench.flood", str(server.port), str(clients), str(first)]
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    rate: list[float] = []
    try:
        time.sleep(UNDER_WAY)
        yield rate
        out, _ = process.communicate()
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, words)
        rate.append(float(out))
    finally:
        process.kill()


def main(port: int, clients: int, first: int) -> None:
    over, numbers, begun = threading.Event(), count(first), time.monotonic()
    came_in: list[int] = []
    failed: list[BaseException] = []

    def again_and_again() -> None:
        try:
            while not over.is_set():
                number = next(numbers)
                portal.sign_in(Server(port, 0), number)
                came_in.append(number)
        except BaseException as error:
            failed.append(error)
            raise

    flood = [threading.Thread(target=again_and_again) for _ in range(clients)]
    for one in flood:
        one.start()
    sys.stdin.read()
    rate = len(came_in) / (time.monotonic() - begun)
    over.set()
    for one in flood:
        one.join()
    print(rate)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]))
