"""The statement with twenty million movements in the portal, and with twenty thousand of one member."""

from functools import partial
from statistics import median
from typing import NamedTuple

from tests.bench.databases import psql
from tests.bench.figures import Figure
from tests.bench.furnish import MANY, SIXTY, SIXTY_IN_TEN
from tests.bench.people import FIRST_DOCUMENT, STEP
from tests.bench.portal import STATEMENT, Portal, member_inside
from tests.bench.servers import Server
from tests.bench.sizes import Size
from tests.bench.visits import Browser, at_once

COUNT = "SELECT count(*) FROM statements_movement"


class Found(NamedTuple):
    milliseconds: float
    queries: int


def statements(small: Portal, large: Portal, size: Size) -> list[Figure]:
    """Rows 14 and 15: one reader at a time, taking turns; medians of medians."""
    with small.serving() as server, large.serving() as crowded:
        sides = {
            "few": (small, _inside(server, SIXTY[0])),
            "many": (large, _inside(crowded, SIXTY[0])),
            "deep": (large, _inside(crowded, MANY)),
            "wide": (large, _inside(crowded, SIXTY_IN_TEN)),
        }
        waits: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(size.rounds + 1):
            for name, (_, browser) in sides.items():
                waits[name].append(_wait(browser, size))
        found = {name: Found(1000 * median(waits[name][1:]), _queries(*side)) for name, side in sides.items()}
    return [_by_size(found, small, large), _by_depth(found)]


def _by_size(found: dict[str, Found], small: Portal, large: Portal) -> Figure:
    few, many = found["few"], found["many"]
    beside = {f"{_name(large)} ms": many.milliseconds, f"{_name(small)} ms": few.milliseconds}
    return Figure(14, many.milliseconds / few.milliseconds, beside | {"queries": f"{many.queries} and {few.queries}"})


def _by_depth(found: dict[str, Found]) -> Figure:
    deep, three, wide = found["deep"], found["many"], found["wide"]
    beside = {"10 products, 20,000 movements ms": deep.milliseconds, "3 products, 60 movements ms": three.milliseconds}
    beside |= {"10 products, 60 movements ms": wide.milliseconds}
    return Figure(15, deep.milliseconds / three.milliseconds, beside | {"queries": f"{deep.queries} and {three.queries}"})


def _name(portal: Portal) -> str:
    return f"{portal.members} members, {psql(portal.url, COUNT).strip()} movements"


def _inside(server: Server, number: int) -> Browser:
    return member_inside(server, str(FIRST_DOCUMENT + STEP * number), number)


def _wait(browser: Browser, size: Size) -> float:
    return at_once([partial(browser.get, STATEMENT)] * size.loads, clients=1).middle


def _queries(portal: Portal, browser: Browser) -> int:
    return portal.inside("queries", browser.cookies["sesion"], STATEMENT)[STATEMENT]


def plans(small: Portal, large: Portal) -> dict[str, list[str]]:
    """How PostgreSQL finds the statement's movements, by the size of the portal."""
    document = str(FIRST_DOCUMENT + STEP * SIXTY[0])
    return {_name(portal): portal.inside("plan", document) for portal in (small, large)}
