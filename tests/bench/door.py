"""Goals 1, 2, 3, 6 and 12: the sign-in, its form and its memory."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from argon2 import PasswordHasher
from argon2.low_level import Type

from tests.bench import peers, portal
from tests.bench.figures import Figure
from tests.bench.peers import Peers
from tests.bench.portal import Portal
from tests.bench.servers import Server, database_cpu
from tests.bench.visits import Browser, Round, at_once

ROUNDS, VISITS, CORES = 5, 64, 2  # a round is so many visits of each side
OURS = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, type=Type.ID)


def argon2_milliseconds(count: int = VISITS) -> float:
    """Processor time of one verification, as many at once as there are cores."""
    encoded = OURS.hash("60382")
    before = time.process_time()
    with ThreadPoolExecutor(CORES) as threads:
        list(threads.map(lambda _: OURS.verify(encoded, "60382"), range(count)))
    return 1000 * (time.process_time() - before) / count


def spent(server: Server, work: Callable[[], Round]) -> tuple[float, Round]:
    """Milliseconds of the server's processor a visit, and the visits."""
    before = server.cpu()
    done = work()
    return 1000 * (server.cpu() - before) / len(done.each), done


def sign_in_post(ours: Portal) -> Figure:
    """Goal 1. Forms are fetched before; browsers are new ones, then the same ones as known devices."""
    pure, new, known, database = [], [], [], []
    with ours.serving() as server:
        _post(server, 0)  # warm
        for turn in range(1, ROUNDS + 1):
            pure.append(argon2_milliseconds())
            before = database_cpu(ours.database)
            spent_new, browsers = _post(server, turn)
            database.append(1000 * (database_cpu(ours.database) - before) / VISITS)
            new.append(spent_new)
            known.append(_post(server, turn, browsers)[0])
    beside = {"Argon2 ms": median(pure), "ours ms": median(new), "known device ms": median(known)}
    beside |= {"PostgreSQL ms": median(database)}
    return Figure(1, median(one / other for one, other in zip(pure, new, strict=True)), beside)


def _post(server: Server, turn: int, browsers: list[Browser] | None = None) -> tuple[float, list[Browser]]:
    numbers = range(turn * VISITS, (turn + 1) * VISITS)
    browsers = browsers or [portal.visitor(server, number) for number in numbers]
    at_once(lambda b=browser: b.get("/acceso/") for browser in browsers)  # type: ignore[misc]
    visits = [lambda b=browser, n=number: portal.send_key(b, n) for browser, number in zip(browsers, numbers, strict=True)]
    milliseconds, _ = spent(server, lambda: at_once(visits))
    for browser in browsers:
        browser.close()
    return milliseconds, browsers


def whole_sign_ins(ours: Portal, theirs: Peers) -> list[Figure]:
    """Goals 2 and 3, side by side with bare Django and django-allauth."""
    same_hash = {"HASHER": "ledger.hashers.Ours", "KEEP": "600"}
    with (
        ours.serving() as server,
        theirs.serving() as bare,
        theirs.serving(**same_hash) as same,
        theirs.serving(ALLAUTH="1") as allauth,
    ):
        sides: dict[str, Callable[[int], None]] = {
            "ours": lambda at: portal.sign_in(portal.visitor(server, at), at),
            "bare Django": lambda at: peers.sign_in(Browser(bare.port), f"p{at % peers.USERS}"),
            "bare, our hash, kept connections": lambda at: peers.sign_in(Browser(same.port), f"a{at % peers.USERS}"),
            "django-allauth": lambda at: peers.sign_in_allauth(Browser(allauth.port), f"p{at % peers.USERS}"),
        }
        rounds = interleaved(sides)
    rate = {name: median(done.rate for done in found) for name, found in rounds.items()}
    p95 = {name: median(done.p95 for done in found) for name, found in rounds.items()}
    return [
        Figure(2, rate["ours"] / rate["bare Django"], {f"{name} /s": value for name, value in rate.items()}),
        Figure(3, p95["ours"] / p95["bare Django"], {f"{name} ms": 1000 * value for name, value in p95.items()}),
    ]


def interleaved(sides: dict[str, Callable[[int], None]], visits: int = VISITS // 2) -> dict[str, list[Round]]:
    """Each side in turn, `ROUNDS` times after a first one that is thrown away."""
    rounds: dict[str, list[Round]] = {name: [] for name in sides}
    for turn in range(ROUNDS + 1):
        numbers = range(turn * visits, (turn + 1) * visits)
        for name, visit in sides.items():
            done = at_once([lambda n=number, v=visit: v(n) for number in numbers])  # type: ignore[misc]
            rounds[name] += [done] if turn else []
    return rounds


def forms(ours: Portal, theirs: Peers) -> Figure:
    """Goal 6: each visit fetches the form ten times over one connection, as no cookie had been there before."""
    with ours.serving() as server, theirs.serving() as bare, theirs.serving(ALLAUTH="1") as allauth:
        cost = {"ours": [0.0], "bare Django": [0.0]}
        sides = {
            "ours": (server, "/acceso/"),
            "bare Django": (bare, "/entrar/"),
            "django-allauth": (allauth, "/accounts/login/"),
        }
        rounds = interleaved({name: _fetch_ten(*side) for name, side in sides.items()})
        for name in cost:
            cost[name] = [spent(sides[name][0], lambda n=name: _forms(*sides[n]))[0] / 10 for _ in range(3)]  # type: ignore[misc]
    rate = {name: 10 * median(done.rate for done in found) for name, found in rounds.items()}
    beside = {f"{name} /s": value for name, value in rate.items()}
    beside |= {f"{name} ms": median(found) for name, found in cost.items()}
    return Figure(6, rate["ours"] / rate["bare Django"], beside)


def _fetch_ten(server: Server, path: str) -> Callable[[int], None]:
    def visit(number: int) -> None:
        browser = Browser(server.port)
        for _ in range(10):
            browser.cookies.clear()
            browser.get(path)
        browser.close()

    return visit


def _forms(server: Server, path: str) -> Round:
    visit = _fetch_ten(server, path)
    return at_once([lambda n=number: visit(n) for number in range(VISITS)])  # type: ignore[misc]


def memory(ours: Portal) -> Figure:
    """Goal 12: 192 sign-ins, two at a time or 64, each on servers just started."""
    peak: dict[int, list[float]] = {2: [], 64: []}
    for turn in range(3):
        for clients, found in peak.items():
            with ours.serving() as server:
                visits = [
                    lambda n=number: portal.sign_in(portal.visitor(server, n), n)
                    for number in range(turn * 192, turn * 192 + 192)
                ]
                at_once(visits, clients)
                found.append(server.peak())
    few, many = median(peak[2]), median(peak[64])
    return Figure(12, many / few, {"64 at once MiB": many, "2 at once MiB": few})
