"""Response times of staff pages with a million members, for a supervisor who opens one page at a time."""

from functools import partial
from urllib.parse import urlencode

from tests.bench.figures import Figure
from tests.bench.people import FIRST_DOCUMENT, STEP
from tests.bench.portal import Portal
from tests.bench.servers import Server
from tests.bench.sizes import Size
from tests.bench.visits import Browser, at_once

FRONT, LIST = "/admin/", "/admin/accounts/member/"
BY_NAME = f"{LIST}?{urlencode({'q': 'ana gomez'})}"  # one member in sixty
SOMEBODY = FIRST_DOCUMENT + STEP * 250  # a member that no other measurement uses
BY_DOCUMENT = f"{LIST}?{urlencode({'q': SOMEBODY})}"


def waits(ours: Portal, large: Portal, size: Size) -> list[Figure]:
    """Rows 16 to 19: medians of milliseconds, with the queries of each page at both sizes."""
    few, many = (_measured(portal, size) for portal in (ours, large))
    return [_figure(16 + place, few[name], many[name], ours) for place, name in enumerate(many)]


def _figure(number: int, few: tuple[float, int], many: tuple[float, int], ours: Portal) -> Figure:
    beside = {f"with {ours.members} members ms": few[0], "queries": many[1], f"with {ours.members} members": few[1]}
    return Figure(number, many[0], beside)


def _measured(portal: Portal, size: Size) -> dict[str, tuple[float, int]]:
    """Milliseconds and queries of each page."""
    with portal.serving() as server:
        staff = staff_inside(portal, server)
        staff.get(BY_DOCUMENT, 302)
        card = staff.location
        staff.get(card, holds=f"{SOMEBODY:,}".replace(",", ".").encode())
        pages = {"front": (FRONT, 200), "document": (BY_DOCUMENT, 302), "name": (BY_NAME, 200), "card": (card, 200)}
        queries = portal.inside("queries", staff.cookies["sesion"], *(path for path, _ in pages.values()))
        return {name: (_wait(staff, *page, size), queries[page[0]]) for name, page in pages.items()}


def _wait(staff: Browser, path: str, expect: int, size: Size) -> float:
    staff.get(path, expect)  # warm
    return 1000 * at_once([partial(staff.get, path, expect)] * size.loads, clients=1).middle


def staff_inside(portal: Portal, server: Server) -> Browser:
    """A browser in which a supervisor signed in and searched for a member by name."""
    browser = Browser(server.port, "10.254.0.7")
    browser.get("/admin/login/")
    browser.post("/admin/login/", portal.inside("staff"))
    browser.get(FRONT, holds=b"Claves emitidas")
    browser.get(BY_NAME, holds=LIST.encode())
    return browser
