"""Measure whether response times reveal a document's state: area under the curve, 0.5 is chance.

    python -m tests.attacks.timing --samples 2000

One process, SQLite, cheap hashes: what differs beside the hash is easier to see than over a network. Processor time of the
request, states in turn, a new document for every sample.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import timedelta

UNKNOWN = "sin asociado"
BOUND = 0.53


def area(one: list[float], other: list[float]) -> float:
    """How often a time of `one` is longer than one of `other`, ties half: rank sums."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks, place = [0.0] * len(ranked), 0
    while place < len(ranked):
        end = place
        while end + 1 < len(ranked) and ranked[end + 1][0] == ranked[place][0]:
            end += 1
        ranks[place : end + 1] = [(place + end) / 2 + 1] * (end - place + 1)
        place = end + 1
    own = sum(rank for rank, (_, side) in zip(ranks, ranked, strict=True) if side == 0)
    return (own - len(one) * (len(one) + 1) / 2) / (len(one) * len(other))


def bound(samples: int) -> float:
    """0.53 for two thousand samples a side; fewer allow three standard errors of the area under chance."""
    error = ((2 * samples + 1) / (12 * samples * samples)) ** 0.5
    return max(BOUND, 0.5 + 3 * error)


def states() -> dict[str, dict[str, object]]:
    """The states of a document: changes to the member, and its keys."""
    from django.utils import timezone

    now = timezone.now()
    return {
        UNKNOWN: {},
        "con clave": {"keys": ["chosen"]},
        "sin clave": {"keys": []},
        "bloqueado": {"keys": ["chosen"], "blocked_at": now},
        "retirado": {"keys": ["chosen"], "status": "retired"},
        "vencida": {"keys": ["initial", "mailed", "temporary"], "expires": now - timedelta(days=1)},
        "temporal viva": {"keys": ["temporary", "chosen"], "expires": now + timedelta(days=1)},
    }


def make(state: dict[str, object], document: str) -> None:
    """One member in this state."""
    from django.utils import timezone

    from accounts.hashers import seal_key
    from tests.makers import make_member

    fields = {name: value for name, value in state.items() if name not in ("keys", "expires")}
    member = make_member(document=document, **fields)
    for kind in state["keys"]:  # type: ignore[attr-defined]
        expires = None if kind == "chosen" else state["expires"]
        member.keys.create(kind=kind, sealed=seal_key(member.pk, kind, "60382"), created_at=timezone.now(), expires_at=expires)


def measure(samples: int, key: str, clock: Callable[[], float] = time.process_time) -> dict[str, list[float]]:
    """Seconds of processor for a wrong key, by state."""
    from ratelimits.models import RateLimit

    times: dict[str, list[float]] = {name: [] for name in states()}
    for number in range(samples + 3):
        RateLimit.objects.filter(name="portal").delete()  # attack mode would ask for pictures
        named = list(enumerate(states().items()))
        turn = number % len(named)  # nobody is always first
        for place, (name, state) in named[turn:] + named[:turn]:
            document = str(10_000_000 * len(key) + 100 * number + place)
            make(state or states()["con clave"], document if state else f"9{document}")  # the same work before each
            spent = once(document, key, f"10.{number // 250}.{number % 250}.{place}", clock)
            if number >= 3:  # the first ones warm up
                times[name].append(spent)
    return times


def once(document: str, key: str, network: str, clock: Callable[[], float]) -> float:
    from django.test import Client

    client = Client(REMOTE_ADDR=network)
    started = clock()
    client.post("/acceso/", {"documento": document, "clave": key})
    return clock() - started


def areas(times: dict[str, list[float]]) -> dict[str, float]:
    """The area of each state against documents without a member, in whichever direction is larger."""
    return {
        name: max(area(times[name], times[UNKNOWN]), area(times[UNKNOWN], times[name])) for name in times if name != UNKNOWN
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=2000)
    samples = parser.parse_args().samples
    from tests.attacks.alone import empty_portal

    worst = 0.0
    with empty_portal():
        for key in ("0417", "48271", "604172"):
            found = areas(measure(samples, key))
            worst = max(worst, *found.values())
            print(f"clave de {len(key)}: " + ", ".join(f"{name} {value:.3f}" for name, value in found.items()))
    print(f"la mayor área {worst:.3f}; límite {bound(samples):.3f} con {samples} muestras por estado")
    return 0 if worst <= bound(samples) else 1


if __name__ == "__main__":
    sys.exit(main())
