"""No step of the recovery distinguishes members from strangers, or the states of members."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from audit.actors import Actor
from outbox.models import Job
from ratelimits import rates
from ratelimits.gcra import charge
from ratelimits.models import RateLimit
from recovery.challenge import ask_about
from tests.recovery.walk import QUESTIONS, RESULT, START, picture_on, right_answers, word_of, wrong_answers

pytestmark = pytest.mark.django_db
DOCUMENT, EMAIL = "32451867", "rosa.gomez@correo.example"
STATES = ("unknown", "retired", "blocked", "held", "no email", "few facts", "issues spent", "no member")


@dataclass
class Seen:
    """Everything a visitor can measure of a step, except time."""

    statuses: list[int] = field(default_factory=list)
    headers: list[list[str]] = field(default_factory=list)
    cookies: list[list[str]] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    statements: list[list[str]] = field(default_factory=list)


def shape(sql: str) -> str:
    """A statement without its values: the number of each kind determines the time."""
    return re.sub(r"s\d+_x\d+|'[^']*'|\b\d+\b", "?", sql)[:60]


def bare_length(page: HttpResponse) -> int:
    """The size of a page without the texts of questions and options and random values."""
    text = page.content.decode()
    text = re.sub(r"<legend>.*?</legend>|(?<=_helptext\">)[^<]*|(?<=>)(?:\d+ de \w+|termina en \d+|\d\d)(?=<)", "", text)
    return len(re.sub(r'value="\w{16,}"|imagen/\w+/', "", text))


class Walker:
    """A browser that measures every step."""

    def __init__(self, address: str) -> None:
        self.client = Client(REMOTE_ADDR=address)
        self.seen = Seen()

    def step(self, method: str, path: str, data: dict[str, Any] | None = None) -> HttpResponse:
        with CaptureQueriesContext(connection) as queries:
            response = getattr(self.client, method)(path, data)
        self.seen.statuses.append(response.status_code)
        self.seen.headers.append(sorted(response.headers))
        self.seen.cookies.append(sorted(response.cookies))
        self.seen.lengths.append(bare_length(response))
        self.seen.statements.append([shape(query["sql"]) for query in queries.captured_queries])
        return response

    def answers(self, page: HttpResponse, answers: dict[str, str], email: str, word: str = "") -> dict[str, str]:
        picture = picture_on(page)
        return {"correo": email, **answers, "captcha_0": picture, "captcha_1": word or word_of(picture)}


def walk(address: str) -> Seen:
    """Each page and each way of being refused."""
    walker = Walker(address)
    walker.step("get", START)
    walker.step("post", START, {"documento": DOCUMENT})
    page = walker.step("get", QUESTIONS)
    page = walker.step("post", QUESTIONS, {"accion": "imagen", "correo": EMAIL})
    page = walker.step("post", QUESTIONS, walker.answers(page, right_answers(DOCUMENT), EMAIL, "equivocada"))
    page = walker.step("post", QUESTIONS, walker.answers(page, {}, EMAIL))
    for email in ("otra@correo.example", EMAIL, "otra@correo.example", EMAIL, EMAIL):
        page = walker.step("post", QUESTIONS, walker.answers(page, wrong_answers(DOCUMENT), email))
    walker.step("get", RESULT)
    walker.step("post", QUESTIONS, {"accion": "correo"})
    walker.step("get", RESULT)
    return walker.seen


def put_in(state: str, member: Member, clock: Any) -> None:
    changes = {
        "unknown": {"document": "88888888"},
        "retired": {"status": "retired"},
        "blocked": {"blocked_at": clock.now},
        "held": {"held_until": clock.now + timedelta(hours=70)},
        "no email": {"email": ""},
        "few facts": {"landline": "", "address": ""},
        "no member": {"in_registry": False},
    }
    Member.objects.update(**changes.get(state, {"city": "Medellín"}))


def spend(state: str) -> None:
    by = Actor.stranger()
    if state == "issues spent":
        for _ in range(3):
            charge(rates.temporary_keys_issued(DOCUMENT), by=by)


@pytest.mark.parametrize("state", STATES)
def test_every_step_looks_the_same(member: Member, clock, state: str) -> None:
    usual = walk("198.51.100.7")
    put_in(state, member, clock)
    RateLimit.objects.all().delete()
    spend(state)
    other = walk("203.0.113.7")
    assert other.statuses == usual.statuses
    assert other.headers == usual.headers
    assert other.cookies == usual.cookies
    assert other.lengths == usual.lengths
    assert other.statements == usual.statements


def test_spent_answers_look_the_same_for_a_stranger(member: Member, clock) -> None:
    fresh = walk("198.51.100.7")
    spent = walk("203.0.113.7")
    Member.objects.update(document="88888888")
    RateLimit.objects.all().delete()
    walk("198.51.100.7")
    stranger = walk("203.0.113.7")
    assert (spent.statuses, spent.headers, spent.cookies) == (fresh.statuses, fresh.headers, fresh.cookies)
    assert stranger.lengths == spent.lengths == fresh.lengths
    assert stranger.statements == spent.statements


@pytest.mark.parametrize("state", ["unknown", "retired", "blocked", "held", "no email", "few facts", "no member"])
def test_the_queue_gets_the_same_jobs(member: Member, clock, state: str) -> None:
    walk("198.51.100.7")
    usual = sorted((job.kind, len(job.body)) for job in Job.objects.all())
    Job.objects.all().delete()
    put_in(state, member, clock)
    RateLimit.objects.all().delete()
    walk("203.0.113.7")
    assert sorted((job.kind, len(job.body)) for job in Job.objects.all()) == usual


@pytest.mark.parametrize("state", ["retired", "blocked", "held", "issues spent"])
def test_right_answers_of_a_refused_member_look_like_wrong_ones(member: Member, clock, state: str) -> None:
    put_in(state, member, clock)
    spend(state)
    walker = Walker("198.51.100.7")
    walker.step("post", START, {"documento": DOCUMENT})
    page = walker.step("get", QUESTIONS)
    for answers in (right_answers(DOCUMENT), wrong_answers(DOCUMENT)):
        page = walker.step("post", QUESTIONS, walker.answers(page, answers, EMAIL))
    seen = walker.seen
    assert seen.statuses[-2:] == [200, 200]
    assert seen.lengths[-1] == seen.lengths[-2]
    assert seen.statements[-1] == seen.statements[-2]


def test_the_options_are_the_same_for_every_state(member: Member, clock) -> None:
    questions = ask_about(DOCUMENT).questions
    for state in ("retired", "blocked", "held", "no email"):
        put_in(state, member, clock)
        assert ask_about(DOCUMENT).questions == questions
