"""Goal 7: a whole recovery, from the document to the temporary key, beside django-allauth's «password reset»."""

import re
from statistics import median

from tests.bench import peers, portal
from tests.bench.costs import Cost, argon2_milliseconds, cost
from tests.bench.databases import psql
from tests.bench.figures import Figure
from tests.bench.peers import KEPT, WITH_ALLAUTH, Peers
from tests.bench.portal import Portal
from tests.bench.servers import Server
from tests.bench.sizes import Size
from tests.bench.visits import Browser, Round, numbered

PICTURE = re.compile(rb'src="(/recuperar/imagen/([0-9a-f]+)/)"')
WORDS = "SELECT hashkey, response FROM captcha_captchastore"
THEIRS, SLOWER = "allauth", "allauth with new connections and addresses on the user alone"
FORM, QUESTIONS, RESULT = "/recuperar/", "/recuperar/preguntas/", "/recuperar/listo/"


def whole(ours: Portal, theirs: Peers, size: Size) -> Figure:
    """Members never seen before each recover once; both sides keep their database connections."""
    argon2, found = [], []
    with (
        ours.serving() as server,
        theirs.serving(**WITH_ALLAUTH, **KEPT) as kept,
        theirs.serving(**WITH_ALLAUTH) as default,
    ):
        recoveries = Recoveries(ours, server, size)
        sides = {
            "ours": recoveries.cost,
            THEIRS: lambda: cost(kept, peers.DATABASE, lambda: _resets(kept, "p", size)),
            SLOWER: lambda: cost(default, "", lambda: _resets(default, "x", size)),
        }
        for _ in range(size.rounds + 1):
            argon2.append(argon2_milliseconds(size.visits))
            found.append({name: side() for name, side in sides.items()})
    own = [turn["ours"].server - hashing for turn, hashing in zip(found, argon2, strict=True)][1:]
    return Figure(7, _ratio(own, found[1:], THEIRS), _beside(own, found[1:], median(argon2)))


def _beside(own: list[float], found: list[dict[str, Cost]], argon2: float) -> dict[str, float]:
    beside = {"ours without Argon2 ms": median(own), "Argon2 ms": argon2}
    beside |= {f"{name} ms": median(turn[name].server for turn in found) for name in found[0] if name != "ours"}
    beside |= {f"PostgreSQL of {name} ms": median(turn[name].database for turn in found) for name in ("ours", THEIRS)}
    return beside | {f"÷ {SLOWER}": _ratio(own, found, SLOWER)}


def _ratio(own: list[float], found: list[dict[str, Cost]], name: str) -> float:
    return median(one / turn[name].server for one, turn in zip(own, found, strict=True))


def _resets(server: Server, kind: str, size: Size) -> Round:
    return numbered(lambda number: peers.ask_for_reset(server, peers.user(kind, number)), range(size.visits))


class Recoveries:
    """Rounds of recoveries on one server: all up to the picture, then the words are looked up, then all answer."""

    def __init__(self, ours: Portal, server: Server, size: Size) -> None:
        self.ours, self.server, self.size = ours, server, size

    def cost(self) -> Cost:
        """Of one more round, by members never seen before."""
        able = self.ours.inside("answers", *self.ours.fresh(2 * self.size.visits))  # some lack facts or an e-mail
        answers = dict(list(able.items())[: self.size.visits])
        assert len(answers) == self.size.visits
        return cost(self.server, self.ours.database, lambda: self._round(answers))

    def _round(self, answers: dict[str, dict[str, str]]) -> Round:
        documents = list(answers)
        browsers = [portal.visitor(self.server, 30_000 + int(document) % 30_000) for document in documents]
        pictures: dict[int, str] = {}

        def begin(place: int) -> None:
            pictures[place] = _up_to_the_picture(browsers[place], documents[place])

        def finish(place: int) -> None:
            key = pictures[place]
            _answer(browsers[place], {**answers[documents[place]], "captcha_0": key, "captcha_1": words[key]})

        first = numbered(begin, range(len(documents)))
        words = dict(line.split("|") for line in psql(self.ours.url, WORDS).splitlines())
        second = numbered(finish, range(len(documents)))
        return Round([one + other for one, other in zip(first.each, second.each, strict=True)], first.whole + second.whole)


def _up_to_the_picture(browser: Browser, document: str) -> str:
    """Document, questions and picture; the picture's key."""
    browser.get(FORM)
    browser.post(FORM, {"documento": document})
    found = PICTURE.search(browser.get(QUESTIONS, holds=b"pregunta_3"))
    assert found
    browser.get(found[1].decode(), holds=b"PNG")
    return found[2].decode()


def _answer(browser: Browser, answers: dict[str, str]) -> None:
    browser.post(QUESTIONS, answers)
    browser.get(RESULT, holds=b'<p class="clave">')
    browser.close()
