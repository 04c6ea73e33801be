"""An attack with a bought list: documents with their e-mails, each tried from a network of its own, all within a day.

    python -m tests.attacks.bought_list [pairs [hours]]

Everything goes through the urls, with a simulated clock; the pairs are spread evenly over the hours. Until the portal's limit
of wrong answers is used up, the answers are guessed: expected falls are counted, with the best rule known. From then on every
second answer is right, and all that can be seen or measured of it is compared with the wrong ones: status, headers, bytes,
rows, processor time.
"""

import gc
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from time import process_time_ns
from typing import Any
from unittest import mock

BEST_RULE = 1.23  # times better than chance at three questions: docs/decisions/0038-answer-groups.md, 20,000 members
BOUND = 0.25  # members expected to fall in a day, per 10,000 members
COUNTED_ROWS = 15  # answers of each side around which the rows of all tables are counted
DAY = timedelta(days=1)
EMAIL = "{}@correo.example"
_networks = count()
Seen = tuple[Any, ...]


@dataclass
class Day:
    """What happened: answers judged, those of them about members who can recover, keys the attacker saw, and the rest."""

    pairs: int
    judged: int = 0
    judged_able: int = 0
    fallen: int = 0
    seen: dict[bool, set[Seen]] = field(default_factory=lambda: {True: set(), False: set()})  # right -> what could be seen
    rows: dict[bool, set[Seen]] = field(default_factory=lambda: {True: set(), False: set()})
    times: dict[bool, list[int]] = field(default_factory=lambda: {True: [], False: []})  # nanoseconds
    shown_apart: int = 0  # keys on screen after the limit was used up
    mailed: int = 0
    wrongly_mailed: int = 0

    @property
    def expected(self) -> float:
        """Members expected to fall, by the best rule known."""
        from tests.attacks.odds import ANSWERS

        return self.judged_able * BEST_RULE / ANSWERS


def add_members(pairs: int) -> dict[str, bool]:
    """So many members with real holes, all with an e-mail; document -> whether they can recover by questions."""
    from accounts.models import Member
    from recovery.masked_values import FIELDS
    from recovery.usable_facts import QUESTIONS, usable_facts
    from tests.attacks.households import registry

    people = list({person.document: person for person in registry(pairs + pairs // 10 + 50, seed=15)}.values())[:pairs]
    facts = [{name: getattr(person, name) for name in ("document", *FIELDS)} for person in people]
    Member.objects.bulk_create(
        Member(first_names="Ana", last_names="Pérez", email=EMAIL.format(known["document"]), **known) for known in facts
    )
    return {person.document: len(usable_facts(person, too_frequent={})) >= QUESTIONS for person in people}


def _answers(document: str, chance: random.Random, right: bool | None) -> dict[str, str]:
    """Guessed answers; with `right`, all right, or the first one wrong."""
    from recovery.challenge import ask_about

    found = {}
    for number, question in enumerate(ask_about(document).questions, 1):
        guess = chance.choice(question.options).value
        wrong = next(option.value for option in question.options if option.value != question.right)
        found[f"pregunta_{number}"] = guess if right is None else wrong if number == 1 and not right else question.right
    return found


def _walk(document: str, answers: dict[str, str], before: Callable[[], None]) -> tuple[Seen, str, int]:
    """One recovery in a fresh browser of its own network: what can be seen, the last page, and the processor time."""
    from captcha.models import CaptchaStore
    from django.test import Client

    number = next(_networks)
    client = Client(REMOTE_ADDR=f"{11 + (number >> 16)}.{number >> 8 & 255}.{number & 255}.7")
    client.post("/recuperar/", {"documento": document})
    client.get("/recuperar/preguntas/")
    picture = CaptchaStore.objects.latest("pk")
    word = {"captcha_0": picture.hashkey, "captcha_1": picture.response}
    before()
    gc.collect(0)
    began = process_time_ns()
    answered = client.post("/recuperar/preguntas/", {"correo": EMAIL.format(document), **answers, **word})
    page = client.get("/recuperar/listo/")
    took = process_time_ns() - began
    answers_seen = [(one.status_code, tuple(sorted(one.headers)), one.headers.get("Location")) for one in (answered, page)]
    return (*answers_seen, answered.content, page.content), page.content.decode(), took


def _rows() -> Counter[str]:
    from django.apps import apps

    tables = (model for model in apps.get_models() if model._meta.managed and not model._meta.proxy)
    return Counter({model.__name__: model._default_manager.count() for model in tables})


def _try(day: Day, document: str, able: bool, right: bool, chance: random.Random) -> None:
    """One pair of the list."""
    from recovery.under_attack import under_attack

    apart = under_attack()
    answers = _answers(document, chance, right if apart and able else None)
    rows: list[Counter[str]] = []
    counted = apart and able and len(day.times[right]) < COUNTED_ROWS
    seen, page, took = _walk(document, answers, lambda: rows.append(_rows()) if counted else None)
    shown = 'class="clave"' in page
    if not apart:
        day.judged, day.judged_able, day.fallen = day.judged + 1, day.judged_able + able, day.fallen + shown
        return
    day.shown_apart += shown
    if able:
        day.seen[right].add(seen)
        day.times[right].append(took)
    if counted:
        day.rows[right].add(tuple(sorted((_rows() - rows[0]).items())))


def attack(pairs: int, start: datetime, span: timedelta = DAY) -> Day:
    """The whole attack, on a portal without members."""
    from django.core import mail

    from outbox.worker import drain
    from recovery.models import Attempt

    list_bought, chance, day = add_members(pairs), random.Random(15), Day(pairs)
    gc.collect()
    gc.disable()
    try:
        for number, (document, able) in enumerate(list_bought.items()):
            with mock.patch("django.utils.timezone.now", lambda number=number: start + number * span / pairs):
                _try(day, document, able, bool(number % 2), chance)
            if number % 200 == 0:
                gc.collect()
    finally:
        gc.enable()
    with mock.patch("django.utils.timezone.now", lambda: start + span):
        drain()
    day.mailed = Attempt.objects.filter(outcome=Attempt.Outcome.APART, key__isnull=False).count()
    day.wrongly_mailed = sum(letter.to[0] not in map(EMAIL.format, list_bought) for letter in mail.outbox)
    return day


def problems(day: Day) -> list[str]:
    """What does not hold, in words; processor time is judged by the caller, who knows the bound."""
    found = {
        f"{day.expected:.3f} members expected to fall": day.expected <= BOUND,
        f"{day.shown_apart} keys shown after the limit": not day.shown_apart,
        "right and wrong answers look different": day.seen[True] == day.seen[False],
        "right and wrong answers leave different rows": day.rows[True] == day.rows[False],
        "the keys of right answers are not mailed, or others are": day.mailed == len(day.times[True]),
        "a key went elsewhere": not day.wrongly_mailed,
    }
    return [what for what, holds in found.items() if not holds]


def report(day: Day) -> bool:
    """Print the figures; whether all hold."""
    from tests.attacks.recovery_sameness import area, bound_for

    wrong = problems(day)
    sides = [len(day.times[True]), len(day.times[False])]
    found, error = area(day.times[True], day.times[False]), ((sum(sides) + 1) / (12 * sides[0] * sides[1])) ** 0.5
    print(f"{day.pairs} pairs, {day.judged} judged ({day.judged_able} of members who can recover), {day.fallen} fell")
    print(f"expected by the best rule {day.expected:.3f} per 10,000 members, bound {BOUND}")
    print(f"after the limit: {sides[0]} right and {sides[1]} wrong answers, {day.shown_apart} keys shown, {day.mailed} mailed")
    seen, rows = len(day.seen[True] | day.seen[False]), len(day.rows[True] | day.rows[False])
    print(f"kinds of answer seen {seen} (one for each date of the page's head), of rows {rows}")
    told = "; ".join(wrong) or "all holds"
    print(f"processor time, right from wrong: AUC {found:.3f} ± {error:.3f}, bound {bound_for(min(sides)):.3f}; {told}")
    return not wrong and max(found, 1 - found) <= bound_for(min(sides))


def main(pairs: int = 2000, hours: int = 24) -> int:
    from tests.attacks.alone import empty_portal

    with empty_portal():
        from django.test.utils import setup_test_environment
        from django.utils import timezone

        setup_test_environment()
        return int(not report(attack(pairs, timezone.now(), timedelta(hours=hours))))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
