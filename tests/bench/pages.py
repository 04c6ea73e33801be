"""Goals 4, 5 and 13: the statement, alone and in a flood of sign-ins, and its PDF."""

import threading
from itertools import count
from statistics import median

from tests.bench import peers, portal
from tests.bench.door import ROUNDS, spent
from tests.bench.figures import Figure
from tests.bench.peers import Peers
from tests.bench.portal import Portal
from tests.bench.servers import Server
from tests.bench.visits import Browser, Round, at_once

READERS, PAGES = 16, 12
FIFTY = "/estado-de-cuenta/?desde=2000-01-01"


def fifty_rows(ours: Portal, theirs: Peers) -> Figure:
    """Goal 5: fifty movements looked for by date, against a page of fifty rows of bare Django with kept connections."""
    with ours.serving() as server, theirs.serving(KEEP="600", HASHER="ledger.hashers.Ours") as bare:
        inside, theirs_inside = _members(server, READERS), _users(bare)
        assert inside[0].get(FIFTY).count(b"<tr") > 50  # fifty and a head
        rounds: dict[str, list[float]] = {"ours ms": [], "bare Django ms": [], "overview ms": []}
        for turn in range(ROUNDS + 1):
            found = {
                "ours ms": spent(server, lambda: _read(inside, FIFTY))[0],
                "bare Django ms": spent(bare, lambda: _read(theirs_inside, "/filas/"))[0],
                "overview ms": spent(server, lambda: _read(inside, "/estado-de-cuenta/"))[0],
            }
            for name, value in found.items():
                rounds[name] += [value] if turn else []
    ratios = [one / other for one, other in zip(rounds["ours ms"], rounds["bare Django ms"], strict=True)]
    return Figure(5, median(ratios), {name: median(found) for name, found in rounds.items()})


def pdf(ours: Portal) -> Figure:
    """Goal 13: one reader, a hundred movements in the month."""
    with ours.serving() as server:
        reader = _members(server, 1)[0]
        page = "/estado-de-cuenta/extracto.pdf"
        assert reader.get(page).startswith(b"%PDF")
        found, done = spent(server, lambda: at_once([lambda: reader.get(page)] * 40, clients=1))
    return Figure(13, 1000 * done.middle, {"p95 ms": 1000 * done.p95, "processor ms": found})


def in_a_flood(ours: Portal) -> Figure:
    """Goal 4: four readers, alone and while 64 others sign in as fast as they are let."""
    calm, flooded = [], []
    with ours.serving() as server:
        readers = _members(server, 4)
        _read(readers, "/estado-de-cuenta/", 4)
        for turn in range(3):
            calm.append(_read(readers, "/estado-de-cuenta/", 4).p95)
            flooded.append(_while_flooded(server, readers, 1000 * (turn + 1)))
    ratios = [one / other for one, other in zip(flooded, calm, strict=True)]
    return Figure(4, median(ratios), {"alone p95 ms": 1000 * median(calm), "flooded p95 ms": 1000 * median(flooded)})


def _while_flooded(server: Server, readers: list[Browser], first: int) -> float:
    over, numbers = threading.Event(), count(first)

    def sign_in_again_and_again() -> None:
        while not over.is_set():
            number = next(numbers)
            portal.sign_in(portal.visitor(server, number), number)

    flood = [threading.Thread(target=sign_in_again_and_again) for _ in range(64)]
    for one in flood:
        one.start()
    try:
        return _read(readers, "/estado-de-cuenta/", 4).p95
    finally:
        over.set()
        for one in flood:
            one.join()


def _members(server: Server, how_many: int) -> list[Browser]:
    inside = [portal.visitor(server, 60_000 + number) for number in range(how_many)]
    for number, browser in enumerate(inside):
        browser.get("/acceso/")
        portal.send_key(browser, number)
    return inside


def _users(server: Server) -> list[Browser]:
    inside = [Browser(server.port) for _ in range(READERS)]
    for number, browser in enumerate(inside):
        browser.get("/entrar/")
        peers.send_password(browser, f"a{number}")
    return inside


def _read(browsers: list[Browser], path: str, clients: int = READERS) -> Round:
    """Each browser reads the page `PAGES` times; one connection a browser, so never two at once on it."""

    def pages(browser: Browser) -> list[float]:
        return at_once([lambda: browser.get(path)] * PAGES, clients=1).each

    each: list[list[float]] = []
    done = at_once([lambda b=browser: each.append(pages(b)) for browser in browsers], clients)  # type: ignore[misc]
    return Round([one for found in each for one in found], done.whole)
