"""Property 12: every sentence about somebody's access is true in every state, and the way it names works there."""

from collections.abc import Callable, Iterator

import pytest
from django.core import mail
from django.test import Client

from accounts import access_actions, actions
from accounts.actions import NotNow
from accounts.jobs import ENTRY_JOB, LOCKOUT_JOB
from accounts.models import Member
from audit.actors import Actor
from outbox.queue import put_job
from outbox.worker import drain
from ratelimits import rates
from recovery.jobs import WRONG_JOB
from tests.access import change, given, not_holding, sign_in
from tests.recovery.walk import RESULT, START, right_answers, send, start, wrong_answers
from tests.sentences.read import of_page, sentences
from tests.sentences.states import State, Works, put, states, undone, use_up
from tests.sentences.table import MAILS as TRUE_MAILS
from tests.sentences.table import PAGES, When

pytestmark = pytest.mark.django_db
OFFICE = Actor.operator("pruebas")
WRONG_KEY = "71829"


def spend_answers(member: Member) -> None:
    use_up(rates.answers_document(member.document, member.email))
    put_job(kind=WRONG_JOB, payload={"document": member.document, "email": member.email})


def propose(member: Member, decide: bool) -> None:
    """Two requests, the second replaces the first; the second is rejected or finds nothing to change."""
    from backoffice import actions as office
    from recovery.contact_changes import propose_contact_change

    for phone in ("3105550001", "3105550002"):
        change = propose_contact_change(member=member, changes={"mobile": phone}, by=Actor.member(member.document))
    if decide:
        Member.objects.filter(pk=member.pk).update(mobile="3105550002")
        office.approve_contact(proposal=change, by=Actor.staff("43018552", "supervisor"))
    else:
        office.reject_contact(proposal=change, by=Actor.staff("43018552", "supervisor"), reason="x")


def entry_job(member: Member) -> None:
    put_job(
        kind=ENTRY_JOB, payload={"document": member.document, "label": "Chrome en Android", "at": "2021-10-21T20:15:00+00:00"}
    )


MAILS: dict[str, Callable[[Member], object]] = {
    "block": lambda member: access_actions.block_member(member=member, by=OFFICE, reason="x"),
    "restore": lambda member: access_actions.restore_member(member=member, by=OFFICE, reason="x"),
    "unlock": lambda member: access_actions.unlock_member(member=member, by=OFFICE, reason="x"),
    "require change": lambda member: actions.require_change(member=member, by=OFFICE, reason="x"),
    "city": lambda member: access_actions.change_contact(member=member, changes={"city": "Bello"}, by=OFFICE),
    "mobile": lambda member: access_actions.change_contact(member=member, changes={"mobile": "3105550001"}, by=OFFICE),
    "lockout": lambda member: put_job(kind=LOCKOUT_JOB, payload={"document": member.document}),
    "entry": entry_job,
    "answers": spend_answers,
    "initial": lambda member: given(member, "initial"),
    "mailed": lambda member: Client().post(START, {"documento": member.document, "accion": "correo"}),
    "rejected": lambda member: propose(member, decide=False),
    "approved": lambda member: propose(member, decide=True),
}


def pages(member: Member, key: str, own: Client) -> Iterator[str]:
    """The pages that an unknown browser and the member's own one come to, and those of the recovery."""
    for browser in (own, Client()):
        if key:
            yield sign_in(browser, member.document, key).content.decode()
            yield browser.get("/acceso/cambiar-clave/").content.decode()
            yield change(browser, member.document, key, "12345").content.decode()
    stranger = Client()
    yield change(stranger, member.document, WRONG_KEY, not_holding(WRONG_KEY)).content.decode()
    for _ in range(4):
        yield sign_in(stranger, member.document, WRONG_KEY).content.decode()
    yield stranger.post("/acceso/no-fui-yo/", {"documento": member.document, "codigo": "1" * 10}, follow=True).content.decode()
    start(stranger, member.document)
    yield send(stranger, member.email or "a@b.example", wrong_answers(member.document)).content.decode()
    send(stranger, member.email or "a@b.example", right_answers(member.document))
    yield stranger.get(RESULT, follow=True).content.decode()
    stranger.post(START, {"documento": member.document, "accion": "correo"})
    yield stranger.get(RESULT).content.decode()


def untrue(found: list[str], table: dict[str, When], works: Works) -> list[str]:
    return [sentence for sentence in dict.fromkeys(found) if sentence not in table or not table[sentence](works)]


@pytest.mark.usefixtures("clock")
def test_what_mails_say_is_true_in_every_state(member: Member) -> None:
    failed: dict[str, State] = {}
    read: set[str] = set()
    for state in states():
        if state.road == "no email":
            continue
        for name, happen in MAILS.items():
            with undone():
                fresh = Member.objects.get(pk=member.pk)
                key, own = put(fresh, state)
                drain()
                mail.outbox.clear()
                try:
                    happen(fresh)
                except NotNow:
                    continue
                drain()
                works = Works(Member.objects.get(pk=member.pk), key, own, state)
                found = [each for sent in mail.outbox for each in sentences(sent.body)]
                read.update(found)
                failed.update(
                    {f"{name}: {each}": state for each in untrue(found, TRUE_MAILS, works) if f"{name}: {each}" not in failed}
                )
    assert failed == {}
    assert read == set(TRUE_MAILS)


@pytest.mark.usefixtures("clock")
def test_what_pages_say_is_true_in_every_state(member: Member) -> None:
    failed: dict[str, State] = {}
    read: set[str] = set()
    for state in states():
        with undone():
            fresh = Member.objects.get(pk=member.pk)
            key, own = put(fresh, state)
            for page in pages(fresh, key, own):
                works, found = Works(fresh, key, own, state), of_page(page)
                read.update(found)
                failed.update({each: state for each in untrue(found, PAGES, works) if each not in failed})
    assert failed == {}
    assert read == set(PAGES)
