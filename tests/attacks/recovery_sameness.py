"""Can a member be told from a stranger by the time the recovery takes? Area under the curve (0.5 is a coin), by step.

    python -m tests.attacks.recovery_sameness [samples a side]

Both sides take turns on one portal without network or noise of other visitors, which is more than an attacker gets.
The member's side is the worst case: a right e-mail with wrong answers.
"""

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from time import process_time_ns
from typing import Any

BOUND = 0.53
STEPS = ("document", "questions", "wrong word", "wrong answers", "mail road", "mail queue")
FIRST_MEMBER, FIRST_STRANGER = 20_000_000, 60_000_000
EMAIL = "{}@correo.example"
_addresses = count()


@dataclass
class Times:
    """Processor time of each step in nanoseconds, one list per step; other work of the machine is not counted."""

    steps: dict[str, list[int]] = field(default_factory=lambda: {step: [] for step in STEPS})

    @contextmanager
    def of(self, step: str) -> Iterator[None]:
        began = process_time_ns()
        yield
        self.steps[step].append(process_time_ns() - began)


def area(ones: list[int], others: list[int]) -> float:
    """Chance that a random one of `ones` is larger than a random one of `others` (Mann and Whitney's U)."""
    ranked = sorted([(value, True) for value in ones] + [(value, False) for value in others])
    ranks = sum(rank for rank, (_, mine) in enumerate(ranked, 1) if mine)
    return (ranks - len(ones) * (len(ones) + 1) / 2) / (len(ones) * len(others))


def bound_for(samples: int) -> float:
    """0.53, or three standard errors of so many samples a side where that is wider."""
    return max(BOUND, 0.5 + 3 * ((2 * samples + 1) / (12 * samples * samples)) ** 0.5)


def add_members(samples: int, **changes: Any) -> None:
    """So many members with every fact."""
    from accounts.models import Member
    from recovery.masked_values import FIELDS
    from recovery.usable_facts import QUESTIONS, usable_facts
    from tests.attacks.households import registry

    people = [person for person in registry(samples * 2, seed=9) if len(usable_facts(person, too_frequent={})) >= QUESTIONS]
    rows = []
    for number, person in enumerate(people[:samples]):
        facts = {name: getattr(person, name) for name in FIELDS}
        facts |= {"document": str(FIRST_MEMBER + number), "email": EMAIL.format(FIRST_MEMBER + number)}
        rows.append(Member(first_names="Ana", last_names="Pérez", **{**facts, **changes}))
    Member.objects.bulk_create(rows)


def walk(document: str, times: Times) -> None:
    """Each step once, in a fresh browser of its own network."""
    from captcha.models import CaptchaStore
    from django.test import Client

    from outbox.worker import drain
    from recovery.challenge import ask_about

    number = next(_addresses)
    client = Client(REMOTE_ADDR=f"{11 + (number >> 16)}.{number >> 8 & 255}.{number & 255}.7")
    email = EMAIL.format(document)
    wrong = {
        f"pregunta_{at}": next(option.value for option in asked.options if option.value != asked.right)
        for at, asked in enumerate(ask_about(document).questions, 1)
    }

    def form(word: str = "") -> dict[str, str]:
        picture = CaptchaStore.objects.latest("pk")
        return {"correo": email, **wrong, "captcha_0": picture.hashkey, "captcha_1": word or picture.response}

    with times.of("document"):
        client.post("/recuperar/", {"documento": document})
    with times.of("questions"):
        client.get("/recuperar/preguntas/")
    data = form("equivocada")
    with times.of("wrong word"):
        client.post("/recuperar/preguntas/", data)
    data = form()
    with times.of("wrong answers"):
        client.post("/recuperar/preguntas/", data)
    with times.of("mail queue"):
        drain()
    with times.of("mail road"):
        client.post("/recuperar/preguntas/", {"accion": "correo"})


def measure(samples: int) -> dict[str, float]:
    """The area by step; members must be there already (`add_members`)."""
    members, strangers = Times(), Times()
    for number in range(10):
        walk(str(FIRST_STRANGER - 1 - number), Times())
    gc.collect()
    gc.disable()
    try:
        for number in range(samples):
            turns: list[Callable[[], None]] = [
                lambda number=number: walk(str(FIRST_MEMBER + number), members),
                lambda number=number: walk(str(FIRST_STRANGER + number), strangers),
            ]
            for turn in turns if number % 2 else reversed(turns):
                turn()
                gc.collect(0)
    finally:
        gc.enable()
    return {step: area(members.steps[step], strangers.steps[step]) for step in STEPS}


def report(areas: dict[str, float], samples: int) -> bool:
    """Print each figure; whether all hold."""
    bound = bound_for(samples)
    for step, found in areas.items():
        print(f"{found:.3f}  {step}")
    worst = max(max(found, 1 - found) for found in areas.values())
    print(f"worst {worst:.3f}, bound {bound:.3f}, {samples} samples a side")
    return worst <= bound


def main(samples: int = 2000) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases

    django.setup()
    setup_test_environment()
    kept = setup_databases(verbosity=0, interactive=False)
    try:
        add_members(samples)
        return int(not report(measure(samples), samples))
    finally:
        teardown_databases(kept, verbosity=0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
