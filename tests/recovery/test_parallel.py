"""Parallel requests: a picture counts once, an attempt issues one key, rate limits count exactly."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import AccessKey, Member
from outbox.models import Message
from ratelimits import rates
from ratelimits.gcra import remaining
from recovery.models import Attempt
from tests.recovery.walk import QUESTIONS, WRONG_WORD, picture_on, right_answers, shown_key, start, word_of, wrong_answers

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(times: int, act: Callable[[int], Any]) -> list[Any]:
    """Do it so many times in as many threads, each with its own connection."""

    def one(number: int) -> Any:
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def copy_of(client: Client) -> Client:
    """A copy of the browser: test clients are not thread-safe."""
    twin = Client()
    twin.cookies = client.cookies.copy()
    return twin


def test_one_picture_sent_fifty_times_counts_once(client: Client, member: Member) -> None:
    start(client, member.document)
    picture = picture_on(client.get(QUESTIONS))
    answers = wrong_answers(member.document)
    data = {"correo": member.email, **answers, "captcha_0": picture, "captcha_1": word_of(picture)}
    pages = at_once(50, lambda number: copy_of(client).post(QUESTIONS, data).content.decode())
    assert sum(WRONG_WORD not in page for page in pages) == 1
    assert Attempt.objects.get().wrong == 1
    assert remaining(rates.answers_document(member.document, member.email)) == 2


def test_right_answers_in_ten_tabs_issue_one_key(client: Client, member: Member) -> None:
    start(client, member.document)
    answers = right_answers(member.document)
    pictures = [picture_on(client.get(QUESTIONS)) for _ in range(10)]
    forms = [{"correo": member.email, **answers, "captcha_0": one, "captcha_1": word_of(one)} for one in pictures]
    answered = at_once(10, lambda number: copy_of(client).post(QUESTIONS, forms[number]))
    on_their_way = [page.headers.get("Location") == "/recuperar/listo/" for page in answered]
    assert sum(on_their_way) >= 1  # the others were refused by the limit of three attempts at once
    assert len(shown_key(client)) == 4
    assert AccessKey.objects.count() == 1
    assert Message.objects.filter(kind="temporary_key").count() == 1


def test_twenty_wrong_answers_at_once_are_three_judged_ones(client: Client, member: Member) -> None:
    browsers = [Client() for _ in range(8)]
    for browser in browsers:
        start(browser, member.document)
    pictures = [picture_on(browser.get(QUESTIONS)) for browser in browsers]
    answers = wrong_answers(member.document)
    forms = [{"correo": member.email, **answers, "captcha_0": one, "captcha_1": word_of(one)} for one in pictures]
    at_once(8, lambda number: browsers[number].post(QUESTIONS, forms[number]))
    assert remaining(rates.answers_document(member.document, member.email)) == 0
    pictures = [picture_on(browser.get(QUESTIONS)) for browser in browsers]
    forms = [{**forms[0], **right_answers(member.document), "captcha_0": one, "captcha_1": word_of(one)} for one in pictures]
    at_once(8, lambda number: browsers[number].post(QUESTIONS, forms[number]))
    assert AccessKey.objects.count() == 0
