"""`kill -9` of the database at random instants while members enter and a stranger guesses.

    python -m tests.faults.database_kills [kills]

Afterwards no more keys were verified than the rate limit allows, every answered sign-in is in the trail, the trail is
intact, and the right key signs in.
"""

import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

from tests.attacks.portal import Browser, Portal, running_portal
from tests.faults.cluster import Cluster, cluster

MAKE = """
from tests.makers import make_member
from tests.access import choose
choose(make_member(document="32451867"), "48271")
choose(make_member(document="71223904"), "48271")
"""
# A kill in the middle of a sign-in costs that member an attempt, so each kill uses another member.
MAKE_MORE = """
from tests.makers import make_member
from tests.access import choose
for number in range({members}):
    choose(make_member(document=str({first} + number)), "48271")
"""
FIRST = 60_000_000
ENTERED = "from audit.models import Event, Kind; print(Event.objects.filter(kind=Kind.DOOR_ENTERED).count())"
TRAIL = "from audit.verify import first_break; print(first_break())"
TRIES = 5  # of a document, by its rate limit


class Visitors:
    """A member who signs in repeatedly, and a stranger who guesses another member's key."""

    def __init__(self, portal: Portal) -> None:
        self.portal, self.over, self.entered, self.broken = portal, threading.Event(), 0, 0
        self.member = str(FIRST)
        self.threads = [threading.Thread(target=self._again, args=(act,)) for act in (self._enter, self._guess)]

    def _again(self, act: Callable[[], None]) -> None:
        while not self.over.is_set():
            try:
                act()
            except (OSError, HTTPException):
                self.broken += 1

    def _enter(self) -> None:
        status, _ = Browser(self.portal.port).open("/acceso/").post("/acceso/", {"documento": self.member, "clave": "48271"})
        self.entered += status == 302
        self.broken += status >= 500

    def _guess(self) -> None:
        browser = Browser(self.portal.port).open("/acceso/")
        browser.post("/acceso/", {"documento": "32451867", "clave": f"{random.randrange(10**5):05d}"})

    def come(self) -> None:
        for thread in self.threads:
            thread.start()

    def go(self) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()


def main(kills: int = 20) -> int:
    import tests.settings  # noqa: F401  puts invented secrets into the environment

    with cluster() as database, tempfile.TemporaryDirectory() as folder, running_portal(Path(folder), database.url) as portal:
        portal.run(MAKE)
        portal.run(MAKE_MORE.format(members=kills, first=FIRST))
        visitors = Visitors(portal)
        visitors.come()
        try:
            slowest = max(_kill(database, visitors, number) for number in range(kills))
        finally:
            visitors.go()
        opens, compared = opens_soon(portal), portal.verified()
        kept, broken = int(portal.run(ENTERED)), portal.run(TRAIL).strip()
    guesses = compared - kept  # with the right keys whose entry a kill undid: at most one a kill
    print(
        f"{kills} veces kill -9: {visitors.entered} entradas contestadas, {kept} en la auditoría ({broken}); "
        f"{guesses} claves comparadas sin entrar; la buena {'abre' if opens else 'no abre'}; "
        f"{visitors.broken} visitas sin respuesta; de vuelta en {slowest:.1f} s a lo más"
    )
    whole = kept >= visitors.entered > 0 and broken == "None"
    return int(not (whole and opens and guesses <= TRIES + kills))


def _kill(database: Cluster, visitors: Visitors, number: int) -> float:
    """Seconds until the member can sign in again, the restart of PostgreSQL included."""
    chance, visitors.member = random.Random(number), str(FIRST + number)
    time.sleep(chance.uniform(0.3, 2))
    database.kill()
    begun = time.monotonic()
    time.sleep(chance.uniform(0, 0.5))
    database.start()
    if not opens_soon(visitors.portal, visitors.member):
        raise RuntimeError("the portal did not come back")
    return time.monotonic() - begun


def opens_soon(portal: Portal, document: str = "71223904", seconds: float = 60) -> bool:
    """Whether the right key signs in within so many seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with suppress(OSError, HTTPException):
            browser = Browser(portal.port).open("/acceso/")
            browser.post("/acceso/", {"documento": document, "clave": "48271"})
            if browser.get("/estado-de-cuenta/")[0] == 200:
                return True
        time.sleep(0.1)
    return False


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
