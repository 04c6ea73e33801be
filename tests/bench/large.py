"""Goal 8: the same pages with a million members and with ten thousand."""

from collections.abc import Callable
from contextlib import ExitStack
from statistics import median

from tests.bench import sign_in
from tests.bench.costs import Cost, cost
from tests.bench.figures import Figure
from tests.bench.office import BY_NAME, staff_inside
from tests.bench.pages import members_inside, read
from tests.bench.portal import STATEMENT, Portal
from tests.bench.recover import Recoveries
from tests.bench.sizes import Size

READERS = 4


class Side:
    """One portal, its server, and signed-in people."""

    def __init__(self, portal: Portal, size: Size, stack: ExitStack) -> None:
        self.portal, self.size = portal, size
        self.server = stack.enter_context(portal.serving())
        self.readers = members_inside(self.server, READERS)
        self.staff = staff_inside(portal, self.server)
        self.recoveries = Recoveries(portal, self.server, size)
        self.turn = 0

    def pages(self) -> dict[str, Callable[[], Cost]]:
        return {
            "sign-in": self._sign_in,
            "recovery": self.recoveries.cost,
            "statement": lambda: self._read(self.readers, STATEMENT),
            "admin search": lambda: self._read([self.staff], BY_NAME),
        }

    def _sign_in(self) -> Cost:
        self.turn += 1
        numbers = range(self.turn * self.size.visits, (self.turn + 1) * self.size.visits)
        return sign_in.post(self.portal, self.server, numbers)[0]

    def _read(self, browsers: list, path: str) -> Cost:  # type: ignore[type-arg]
        return cost(self.server, self.portal.database, lambda: read(browsers, path, self.size.loads // len(browsers) + 1))


def at_a_million(ours: Portal, large: Portal, size: Size) -> Figure:
    """Processor time of server and database; the worst of the four ratios of medians, the others beside."""
    with ExitStack() as stack:
        few, many = Side(ours, size, stack).pages(), Side(large, size, stack).pages()
        ratios, beside = {}, {}
        for name in few:
            pairs = [(few[name]().whole, many[name]().whole) for _ in range(size.rounds + 1)][1:]
            ratios[name] = median(second / first for first, second in pairs)
            beside[f"{name} ms"] = median(first for first, _ in pairs)
            beside[f"{name} at {large.members} ms"] = median(second for _, second in pairs)
    return Figure(8, max(ratios.values()), {f"{name} ×": ratio for name, ratio in ratios.items()} | beside)
