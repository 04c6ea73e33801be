"""The states of a member's access, and what really works in each, tried at the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import product

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AccessKey, Member
from accounts.ways_in import LIMITS
from outbox.worker import drain
from ratelimits import rates
from ratelimits.gcra import Limit, microseconds
from ratelimits.models import RateLimit
from tests.access import choose, given, sign_in
from tests.recovery.walk import START, right_answers, send, start

KEY = "60382"
GIVEN = ("initial", "temporary", "mailed")
ROADS = ("", "held", "no email", "spent")
KEYS = ("none", *GIVEN, "chosen", "must change")


@dataclass(frozen=True)
class State:
    key: str
    closed: str
    locked: bool
    road: str  # what closes the mail road: "", "held", "no email", "spent"
    device: bool  # whether one of the member's browsers is known


def states() -> list[State]:
    flags = [False, True]
    every = (State(*each) for each in product(KEYS, ["", "blocked", "retired", "blocked and retired"], flags, ROADS, flags))
    return [state for state in every if state.key in ("chosen", "must change") or not state.device]


@contextmanager
def undone() -> Iterator[None]:
    """Nothing of what is tried inside stays; the portal may commit for good in it, as in a test's own transaction."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


def put(member: Member, state: State) -> tuple[str, Client]:
    """Bring the member into this state; the key that was issued or chosen, and the browser that is known, if one is."""
    key, own = "", Client()
    if state.key in GIVEN:
        key = given(member, state.key)
        if state.locked:  # a given key has a limit of its own
            use_up(LIMITS[state.key](member.document, member.keys.get()))
    elif state.key != "none":
        key = choose(member, KEY)
        if state.device:
            sign_in(own, member.document, key)
            own.cookies.pop(settings.SESSION_COOKIE_NAME)
        member.keys.live().update(must_change=state.key == "must change")
    changes = {
        "held_until": timezone.now() + timedelta(hours=5) if state.road == "held" else None,
        "blocked_at": timezone.now() if "blocked" in state.closed else None,
        "status": Member.Status.RETIRED if "retired" in state.closed else Member.Status.ACTIVE,
    }
    Member.objects.filter(pk=member.pk).update(**changes, **({"email": ""} if state.road == "no email" else {}))
    member.refresh_from_db()
    if state.locked:
        use_up(rates.sign_in_short(member.document))
    if state.road == "spent":
        use_up(rates.mail_road_keys(member.document))
    return key, own


def use_up(limit: Limit) -> None:
    tat = microseconds(timezone.now()) + limit.burst * limit.step
    RateLimit.objects.update_or_create(id=limit.id, defaults={"name": limit.name, "tat": tat})


@dataclass
class Works:
    """What works now. Each is tried once, when it is asked for, and leaves nothing behind."""

    member: Member
    key: str
    own: Client  # with the cookie of a known device, if there is one
    state: State

    def _enters(self, cookies: bool) -> bool:
        with undone():
            browser = Client()
            if cookies:
                browser.cookies.update(self.own.cookies)
            return bool(self.key) and sign_in(browser, self.member.document, self.key).status_code == 302

    @cached_property
    def entry(self) -> bool:
        """Whether the key opens in a browser nobody knows."""
        return self._enters(cookies=False)

    @cached_property
    def entry_on_own_device(self) -> bool:
        return "dispositivo" in self.own.cookies and self._enters(cookies=True)

    @cached_property
    def mail(self) -> bool:
        """Whether the mail road sends a key that opens."""
        with undone():
            before = self._live()
            Client().post(START, {"documento": self.member.document, "accion": "correo"})
            drain()
            return bool(self._live(kind=AccessKey.Kind.MAILED) - before)

    @cached_property
    def questions(self) -> bool:
        with undone():
            browser, before = Client(), self._live()
            start(browser, self.member.document)
            send(browser, self.member.email or "a@b.example", right_answers(self.member.document))
            drain()
            return bool(self._live(kind=AccessKey.Kind.TEMPORARY) - before)

    def _live(self, **only: str) -> set[int]:
        return set(self.member.keys.live().filter(**only).values_list("pk", flat=True))

    @property
    def temporary_lives(self) -> bool:
        return bool(self._live(kind=AccessKey.Kind.TEMPORARY))

    @property
    def open(self) -> bool:
        return Member.objects.get(pk=self.member.pk).may_enter
