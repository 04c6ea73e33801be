"""Stateful test: no order of steps reaches an invalid state."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from accounts.models import AccessKey, Member
from outbox.worker import drain
from ratelimits.models import RateLimit
from tests import makers
from tests.access import change, sign_in
from tests.recovery.walk import QUESTIONS, picture_on, right_answers, shown_key, start, word_of, wrong_answers

NEW_KEYS = ["48271", "60382", "90352", "48279"]


class Recovery(RuleBasedStateMachine):
    """A member's browser, a second tab of it, a stranger's browser and the clock."""

    @initialize()
    def begin(self) -> None:
        self.now = datetime(2021, 10, 21, 20, 15, tzinfo=UTC)
        self.clock = patch("django.utils.timezone.now", lambda: self.now)
        self.clock.start()
        self.member = makers.make_member()
        self.browser, self.stranger = Client(), Client(REMOTE_ADDR="203.0.113.9")
        self.started = False
        self.changed = 0
        self.issued: set[str] = set()

    def teardown(self) -> None:
        self.clock.stop()
        Member.objects.all().delete()
        RateLimit.objects.all().delete()

    @rule()
    def start(self) -> None:
        self.started = start(self.browser, self.member.document).status_code == 302

    @rule()
    def stranger_starts(self) -> None:
        start(self.stranger, self.member.document)

    def send(self, answers: dict[str, str], word: str = "") -> None:
        page = self.browser.get(QUESTIONS)
        if page.status_code != 200:
            return
        picture = picture_on(page)
        data = {"correo": self.member.email, **answers, "captcha_0": picture, "captcha_1": word or word_of(picture)}
        self.browser.post(QUESTIONS, data)

    @precondition(lambda self: self.started)
    @rule()
    def answer_right(self) -> None:
        self.send(right_answers(self.member.document))
        self.issued.add(shown_key(self.browser))

    @precondition(lambda self: self.started)
    @rule()
    def answer_wrong(self) -> None:
        self.send(wrong_answers(self.member.document))

    @precondition(lambda self: self.started)
    @rule()
    def type_a_wrong_word(self) -> None:
        self.send(right_answers(self.member.document), "equivocada")

    @precondition(lambda self: self.started)
    @rule()
    def second_tab(self) -> None:
        first, second = picture_on_or_none(self.browser), picture_on_or_none(self.browser)
        for picture in filter(None, (first, second, first)):
            answers = right_answers(self.member.document)
            data = {"correo": self.member.email, **answers, "captcha_0": picture, "captcha_1": "equivocada"}
            self.browser.post(QUESTIONS, data)

    @rule()
    def ask_by_mail(self) -> None:
        self.browser.post(QUESTIONS, {"accion": "correo"})
        drain()

    @rule()
    def reload(self) -> None:
        shown_key(self.browser)

    @rule()
    def time_passes(self) -> None:
        self.now += timedelta(minutes=31)

    @rule()
    def weeks_pass(self) -> None:
        self.now += timedelta(days=200)

    @rule()
    def lock_out(self) -> None:
        for _ in range(6):
            sign_in(self.stranger, self.member.document, "11111")

    @rule()
    def enter_with_the_shown_key(self) -> None:
        key = shown_key(self.browser)
        if key:
            response = sign_in(self.browser, self.member.document, key)
            assert response.headers["Location"] == "/acceso/cambiar-clave/"

    @rule()
    def change_the_shown_key(self) -> None:
        key = shown_key(self.browser)
        if key:
            self.changed += change(self.browser, self.member.document, key, NEW_KEYS[self.changed % 4]).status_code == 302

    @rule()
    def leave(self) -> None:
        self.browser.post("/acceso/salir/")
        self.started = False

    @invariant()
    def at_most_one_live_temporary_key(self) -> None:
        live = AccessKey.objects.live().filter(kind=AccessKey.Kind.TEMPORARY, expires_at__gt=self.now)
        assert live.count() <= 1

    @invariant()
    def no_page_opens_without_the_change(self) -> None:
        inside = self.browser.get("/estado-de-cuenta/").status_code == 200
        assert not inside, "nobody ever signs in with a chosen key here"

    @invariant()
    def the_stranger_sees_no_key(self) -> None:
        assert shown_key(self.stranger) == ""


def picture_on_or_none(client: Client) -> str | None:
    page = client.get(QUESTIONS)
    return picture_on(page) if page.status_code == 200 else None


class TestRecovery(TestCase, Recovery.TestCase):
    settings = settings(
        max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
