"""Goals 1 and 12: the sign-in itself, and its memory."""

from statistics import median

from tests.bench import portal
from tests.bench.costs import Cost, argon2_milliseconds, cost
from tests.bench.figures import Figure
from tests.bench.portal import Portal
from tests.bench.servers import Server
from tests.bench.sizes import Size
from tests.bench.visits import Browser, Round, at_once, numbered


def sign_in_post(ours: Portal, on_sqlite: Portal, size: Size) -> Figure:
    """Goal 1. Forms are fetched before; browsers are new ones, then the same ones as known devices."""
    pure: list[float] = []
    new: list[Cost] = []
    known: list[Cost] = []
    sqlite: list[Cost] = []
    with ours.serving() as server, on_sqlite.serving() as small:
        post(ours, server, range(size.visits))  # warm
        post(on_sqlite, small, range(size.visits))
        for turn in range(1, size.rounds + 1):
            numbers = range(turn * size.visits, (turn + 1) * size.visits)
            pure.append(argon2_milliseconds(size.visits))
            found, browsers = post(ours, server, numbers)
            new.append(found)
            known.append(post(ours, server, numbers, browsers)[0])
            sqlite.append(post(on_sqlite, small, numbers)[0])
    shares = [one / other.server for one, other in zip(pure, new, strict=True)]
    on_sqlite_shares = [one / other.server for one, other in zip(pure, sqlite, strict=True)]
    beside = {"Argon2 ms": median(pure), "ours ms": median(one.server for one in new)}
    beside |= {"known device ms": median(one.server for one in known), "PostgreSQL ms": median(one.database for one in new)}
    beside |= {"on SQLite": median(on_sqlite_shares), "on SQLite ms": median(one.server for one in sqlite)}
    return Figure(1, median(shares), beside)


def post(ours: Portal, server: Server, numbers: range, browsers: list[Browser] | None = None) -> tuple[Cost, list[Browser]]:
    """The key sent by each of these visitors, the form fetched before: what it cost, and their browsers."""
    browsers = browsers or [portal.visitor(server, number) for number in numbers]
    at_once([lambda b=browser: b.get("/acceso/") for browser in browsers])  # type: ignore[misc]

    def send(place: int) -> None:
        portal.send_key(browsers[place], portal.document(numbers[place]))

    found = cost(server, ours.database, lambda: numbered(send, range(len(browsers))))
    for browser in browsers:
        browser.get(portal.STATEMENT, holds=b"Estado de cuenta</h1>")  # it was let in; not part of the cost
        browser.close()
    return found, browsers


def memory(ours: Portal, size: Size) -> Figure:
    """Goal 12: three times as many sign-ins as a round has, two at a time or 64, each on servers just started."""
    peak: dict[int, list[float]] = {2: [], 64: []}
    for turn in range(3):
        numbers = range(turn * 3 * size.visits, (turn + 1) * 3 * size.visits)
        for clients, found in peak.items():
            with ours.serving() as server:
                _sign_in_all(server, numbers, clients)
                found.append(server.peak())
    few, many = median(peak[2]), median(peak[64])
    return Figure(12, many / few, {"64 at once MiB": many, "2 at once MiB": few})


def _sign_in_all(server: Server, numbers: range, clients: int) -> Round:
    return numbered(lambda number: portal.sign_in(server, number), numbers, clients)
