"""Goals 5 and 13: the statement and its PDF."""

from functools import partial
from statistics import median

from tests.bench import peers, portal
from tests.bench.costs import Cost, cost
from tests.bench.figures import Figure
from tests.bench.peers import KEPT, OUR_HASH, Peers
from tests.bench.portal import STATEMENT, Portal
from tests.bench.servers import Server
from tests.bench.sizes import Size
from tests.bench.visits import Browser, Round, at_once

READERS, PAGES = 16, 12
FIFTY = f"{STATEMENT}?desde=2000-01-01"


def fifty_rows(ours: Portal, on_sqlite: Portal, theirs: Peers, size: Size) -> Figure:
    """Goal 5: fifty movements looked for by date, against a page of fifty rows of bare Django with kept connections."""
    with ours.serving() as server, on_sqlite.serving() as small, theirs.serving(**OUR_HASH, **KEPT) as bare:
        inside, on_small = members_inside(server, READERS), members_inside(small, READERS)
        users = _users_inside(bare)
        for browser in (inside[0], on_small[0]):
            assert browser.get(FIFTY).count(b"<li><div>") == 50
        assert users[0].get("/filas/").count(b"<tr") == 50
        sides = {
            "ours": lambda: cost(server, ours.database, lambda: read(inside, FIFTY)),
            "bare Django": lambda: cost(bare, peers.DATABASE, lambda: read(users, "/filas/")),
            "overview": lambda: cost(server, ours.database, lambda: read(inside, STATEMENT)),
            "on SQLite": lambda: cost(small, "", lambda: read(on_small, FIFTY)),
        }
        found = [{name: side() for name, side in sides.items()} for _ in range(size.rounds + 1)][1:]
    middle = {f"{name} ms": median(turn[name].server for turn in found) for name in sides}
    middle |= {f"PostgreSQL of {name} ms": median(turn[name].database for turn in found) for name in ("ours", "bare Django")}
    beside = {"SQLite ÷ bare page": _ratio(found, "on SQLite")} | middle
    return Figure(5, _ratio(found, "ours"), beside)


def _ratio(found: list[dict[str, Cost]], name: str) -> float:
    return median(turn[name].server / turn["bare Django"].server for turn in found)


def pdf(ours: Portal, size: Size) -> Figure:
    """Goal 13: one reader, a hundred movements in the month."""
    with ours.serving() as server:
        reader = members_inside(server, 1)[0]
        page = f"{STATEMENT}extracto.pdf"
        assert reader.get(page).startswith(b"%PDF")
        rounds: list[Round] = []

        def loads() -> Round:
            rounds.append(at_once([partial(reader.get, page)] * size.loads, clients=1))
            return rounds[-1]

        found = cost(server, ours.database, loads)
    beside = {"p95 ms": 1000 * rounds[0].p95, "processor ms": found.server, "loads": size.loads}
    return Figure(13, 1000 * rounds[0].middle, beside)


def members_inside(server: Server, how_many: int) -> list[Browser]:
    """Browsers in which the first members have signed in."""
    return [portal.member_inside(server, portal.document(number), 60_000 + number) for number in range(how_many)]


def _users_inside(server: Server) -> list[Browser]:
    inside = [Browser(server.port) for _ in range(READERS)]
    for number, browser in enumerate(inside):
        browser.get("/entrar/")
        peers.send_password(browser, peers.user("a", number))
    return inside


def read(browsers: list[Browser], path: str, pages: int = PAGES) -> Round:
    """Each browser reads the page so often; one connection a browser, so never two at once on it."""

    def reads(browser: Browser) -> list[float]:
        return at_once([partial(browser.get, path)] * pages, clients=1).each

    each: list[list[float]] = []
    done = at_once([lambda b=browser: each.append(reads(b)) for browser in browsers], len(browsers))  # type: ignore[misc]
    return Round([one for found in each for one in found], done.whole)
