"""Goals 2, 3 and 6: sign-ins and forms beside bare Django and django-allauth."""

from collections.abc import Callable
from functools import partial
from statistics import median

from tests.bench import peers, portal
from tests.bench.costs import cost
from tests.bench.figures import Figure
from tests.bench.peers import KEPT, OUR_HASH, WITH_ALLAUTH, Peers
from tests.bench.portal import Portal
from tests.bench.servers import Server
from tests.bench.sizes import Size
from tests.bench.visits import Browser, Round, numbered

FORMS = 10  # fetched by one visitor, over one connection
Visit = Callable[[int], None]


def whole_sign_ins(ours: Portal, theirs: Peers, size: Size) -> list[Figure]:
    """Goals 2 and 3: form, key or password, and the page behind, which must be the right person's."""
    with (
        ours.serving() as server,
        theirs.serving() as bare,
        theirs.serving(**OUR_HASH, **KEPT) as same,
        theirs.serving(**WITH_ALLAUTH) as allauth,
        theirs.serving(**WITH_ALLAUTH, **OUR_HASH, **KEPT) as allauth_same,
    ):
        sides: dict[str, Visit] = {
            "ours": lambda at: portal.sign_in(server, at),
            "bare Django": lambda at: peers.sign_in(bare, peers.user("p", at)),
            "bare, our hash, kept connections": lambda at: peers.sign_in(same, peers.user("a", at)),
            "django-allauth": lambda at: peers.sign_in_allauth(allauth, peers.user("p", at)),
            "allauth, our hash, kept connections": lambda at: peers.sign_in_allauth(allauth_same, peers.user("a", at)),
        }
        rounds = interleaved(sides, size)
    rate = {name: median(done.rate for done in found) for name, found in rounds.items()}
    p95 = {name: median(done.p95 for done in found) for name, found in rounds.items()}
    return [
        Figure(2, rate["ours"] / rate["bare Django"], {f"{name} /s": value for name, value in rate.items()}),
        Figure(3, p95["ours"] / p95["bare Django"], {f"{name} ms": 1000 * value for name, value in p95.items()}),
    ]


def interleaved(sides: dict[str, Visit], size: Size) -> dict[str, list[Round]]:
    """Each side in turn, `rounds` times after a first one that is thrown away."""
    rounds: dict[str, list[Round]] = {name: [] for name in sides}
    for turn in range(size.rounds + 1):
        numbers = range(turn * size.visits, (turn + 1) * size.visits)
        for name, visit in sides.items():
            done = numbered(visit, numbers)
            rounds[name] += [done] if turn else []
    return rounds


def forms(ours: Portal, theirs: Peers, size: Size) -> Figure:
    """Goal 6: each visitor fetches the form ten times, without a cookie."""
    with ours.serving() as server, theirs.serving() as bare, theirs.serving(**WITH_ALLAUTH) as allauth:
        sides: dict[str, Visit] = {
            "ours": partial(_fetch_ten, server, "/acceso/"),
            "bare Django": partial(_fetch_ten, bare, "/entrar/"),
            "django-allauth": partial(_fetch_ten, allauth, "/accounts/login/"),
        }
        rounds = interleaved(sides, size)
        servers = {"ours": server, "bare Django": bare}
        spent = {name: _milliseconds(server, sides[name], size) for name, server in servers.items()}
    rate = {name: FORMS * median(done.rate for done in found) for name, found in rounds.items()}
    beside = {f"{name} /s": value for name, value in rate.items()} | {f"{name} ms": value for name, value in spent.items()}
    return Figure(6, rate["ours"] / rate["bare Django"], beside)


def _fetch_ten(server: Server, path: str, _: int) -> None:
    browser = Browser(server.port)
    for _ in range(FORMS):
        browser.cookies.clear()
        browser.get(path, holds=b"csrfmiddlewaretoken")
    browser.close()


def _milliseconds(server: Server, visit: Visit, size: Size) -> float:
    """Processor time of one form."""
    return cost(server, "", lambda: numbered(visit, range(size.visits))).server / FORMS
