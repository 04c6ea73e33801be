"""The database is away for a while: killed, or stopped without closing its connections.

    python -m tests.faults.database_away [seconds away]

While it is away every page answers within five seconds: `/salud/` and the sign-in 503, `/salud/vivo/` 200. After its return
the right key signs in within five seconds. A server that is only stopped keeps its connections, so nothing tells a sign-in
to give up; `/salud/` tells the balancer.
"""

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from pathlib import Path

from tests.attacks.portal import Browser, Portal, running_portal
from tests.bench.servers import family
from tests.faults.cluster import Cluster, cluster
from tests.faults.database_kills import MAKE, opens_soon

LONGEST = 5.0  # seconds
HEALTH = ("/salud/", "/salud/vivo/")
EXPECTED = {"/salud/": {503}, "/salud/vivo/": {200}, "/acceso/": {503}}


def main(seconds: int = 60) -> int:
    import tests.settings  # noqa: F401  puts invented secrets into the environment

    with cluster() as database, tempfile.TemporaryDirectory() as folder, running_portal(Path(folder), database.url) as portal:
        portal.run(MAKE)
        assert opens_soon(portal)
        killed = _away(portal, (*EXPECTED,), seconds, database.kill, database.start)
        stop, go_on = (partial(_signal, database, number) for number in (signal.SIGSTOP, signal.SIGCONT))
        stopped = _away(portal, HEALTH, seconds, stop, go_on)
    good = True
    for what, (slowest, statuses, back) in {"apagada": killed, "colgada": stopped}.items():
        print(f"base {what} {seconds} s: a lo más {slowest:.1f} s por página, {statuses}; de vuelta en {back:.1f} s")
        good &= slowest <= LONGEST and back <= LONGEST and all(found == EXPECTED[path] for path, found in statuses.items())
    return int(not good)


def _signal(database: Cluster, number: int) -> None:
    assert database.process is not None
    for pid in family(database.process.pid):
        os.kill(pid, number)


def _away(
    portal: Portal, paths: Sequence[str], seconds: float, go: Callable[[], None], back: Callable[[], None]
) -> tuple[float, dict[str, set[int]], float]:
    """The longest answer in seconds, the statuses by page, and the seconds until a key signs in after the return."""
    browser = Browser(portal.port).open("/acceso/")
    go()
    statuses: dict[str, set[int]] = {}
    until, slowest = time.monotonic() + seconds, 0.0
    while time.monotonic() < until:
        for path in paths:
            begun = time.monotonic()
            with suppress(OSError, HTTPException):
                data = {"documento": "71223904", "clave": "48271"}
                status = browser.post(path, data)[0] if path == "/acceso/" else browser.get(path)[0]
                statuses.setdefault(path, set()).add(status)
            slowest = max(slowest, time.monotonic() - begun)
    back()
    begun = time.monotonic()
    return slowest, statuses, time.monotonic() - begun if opens_soon(portal) else float("inf")


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
