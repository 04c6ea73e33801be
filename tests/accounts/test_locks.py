"""Concurrent actions on one member wait for each other and never deadlock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from accounts import access_actions, actions, sign_in
from accounts.key_check import check_key, note_miss
from accounts.models import Member
from accounts.visitors import Visitor
from audit.actors import Actor
from recovery import actions as recovery
from recovery.challenge import ask_about
from recovery.models import Attempt
from tests.access import choose
from tests.makers import make_other_member

pytestmark = pytest.mark.django_db(transaction=True)
OFFICE = Actor.operator("sistemas")
AT_ONCE, TIMES = 6, 8


def visitor(browser: str) -> Visitor:
    return Visitor("192.0.2.0/24", browser * 64, "", "Firefox")


def enter(member: Member, key: str) -> None:
    sign_in.sign_in(document=member.document, key=key, visitor=visitor("a"))


def miss(member: Member) -> None:
    note_miss(check_key(document=member.document, key="90352", visitor=visitor("a")), visitor("a"), portal=False)


def enter_by_letter(member: Member) -> None:
    issued = actions.issue_key(member=member, kind="initial", by=OFFICE)
    sign_in.sign_in(document=member.document, key=issued.key, visitor=visitor("b"))


def recover(member: Member) -> None:
    started = recovery.start_attempt(document=member.document, visitor=visitor("c"))
    if isinstance(started, Attempt):
        asked = ask_about(member.document)
        answers = {number: question.right for number, question in enumerate(asked.questions, 1)}
        recovery.answer_attempt(attempt=started, asked=asked, email=member.email, answers=answers, visitor=visitor("c"))


def unlock(member: Member) -> None:
    access_actions.unlock_member(member=member, by=OFFICE, reason="llamó")


def at_once(acts: list[Callable[[], None]]) -> list[str]:
    """Run all of them, some concurrently; the errors."""

    def do(act: Callable[[], None]) -> str:
        try:
            act()
        except Exception as error:
            return str(error)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return [said for said in threads.map(do, acts) if said]


def test_sign_ins_recoveries_letters_and_unlocks_of_one_member_never_deadlock(member: Member) -> None:
    other = make_other_member()
    choose(member, "48271")
    choose(other, "48279")
    acts: list[Callable[[], None]] = []
    for _ in range(TIMES):
        acts += [lambda: enter(member, "48271"), lambda: unlock(member), lambda: enter(other, "48279")]
        acts += [lambda: enter_by_letter(member), lambda: unlock(member), lambda: recover(member), lambda: miss(member)]
    assert at_once(acts) == []
