"""Recovery under attack: after the portal's limit of wrong answers, right and wrong ones cannot be told apart."""

import re
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessKey, Member
from audit.kinds import Kind
from audit.models import Event
from outbox.models import Job
from outbox.worker import drain
from ratelimits import rates
from ratelimits.gcra import charge_quietly, remaining
from ratelimits.models import RateLimit
from recovery.models import Attempt
from recovery.under_attack import under_attack
from tests.office import inside
from tests.recovery.test_same_for_everyone import bare_length, shape
from tests.recovery.walk import (
    APART,
    QUESTIONS,
    RESULT,
    fail,
    picture_on,
    recover,
    right_answers,
    start,
    word_of,
    wrong_answers,
)

pytestmark = pytest.mark.django_db
LIMIT = rates.answers_portal(0)


def use_up(left: int = 0) -> None:
    while remaining(LIMIT) > left:
        charge_quietly(LIMIT)


def attack() -> None:
    """The wrong answer beyond the limit."""
    use_up()
    client = Client(REMOTE_ADDR="198.51.100.1")
    start(client, "99999999")
    fail(client, "99999999", "alguien@correo.example")


def measured(answers: dict[str, str], document: str, email: str, address: str) -> dict[str, Any]:
    """All that a visitor can see of an answer and its result page, and the rows and statements behind it."""
    client = Client(REMOTE_ADDR=address)
    start(client, document)
    picture = picture_on(client.get(QUESTIONS))
    data = {"correo": email, **answers, "captcha_0": picture, "captcha_1": word_of(picture)}
    before = rows()
    with CaptureQueriesContext(connection) as queries:
        answered = client.post(QUESTIONS, data)
        page = client.get(RESULT)
    return {
        "statuses": [answered.status_code, page.status_code],
        "headers": [sorted(answered.headers), sorted(page.headers)],
        "text": page.content,
        "location": answered.headers.get("Location"),
        "length": bare_length(answered),
        "statements": [shape(query["sql"]) for query in queries.captured_queries],
        "rows": {table: count - before[table] for table, count in rows().items()},
        "jobs": sorted((job.kind, len(job.body)) for job in Job.objects.order_by("-created_at")[:1]),
    }


def rows() -> dict[str, int]:
    models = (AccessKey, Attempt, Event, Job, RateLimit)
    return {model.__name__: model.objects.count() for model in models}


def test_a_hundred_wrong_answers_of_a_day_are_no_attack(member: Member) -> None:
    use_up(left=1)
    client = Client()
    start(client, "99999999")
    fail(client, "99999999", "alguien@correo.example")
    assert not under_attack()
    assert recover(client, member).status_code == 302
    assert AccessKey.objects.count() == 1


def test_the_wrong_answer_beyond_the_limit_raises_one_alarm(member: Member) -> None:
    attack()
    fail_again = Client(REMOTE_ADDR="198.51.100.2")
    start(fail_again, "88888888")
    fail(fail_again, "88888888", "alguien@correo.example")
    assert under_attack()
    assert Event.objects.filter(kind=Kind.RECOVERY_ATTACK_STARTED).count() == 1
    page = inside("supervisor").get("/admin/")
    (figure,) = [one for one in page.context_data["figures"] if one.label.startswith("Ataque a la recuperación")]
    assert (figure.value, figure.warn) == ("Sí", True)


def test_right_and_wrong_answers_are_the_same_to_see(member: Member, clock: Any) -> None:
    attack()
    document, email = member.document, member.email
    right = measured(right_answers(document), document, email, "203.0.113.7")
    RateLimit.objects.exclude(pk=LIMIT.id).delete()
    wrong = measured(wrong_answers(document), document, email, "203.0.114.7")
    RateLimit.objects.exclude(pk=LIMIT.id).delete()
    nobody = measured(wrong_answers("77777777"), "77777777", email, "203.0.115.7")
    assert APART in right["text"].decode()
    assert not re.search(r'class="clave"', right["text"].decode())
    assert right == wrong == nobody


def test_the_key_of_right_answers_goes_by_mail(member: Member) -> None:
    attack()
    client = Client()
    assert recover(client, member).headers["Location"] == RESULT
    assert AccessKey.objects.count() == 0
    drain()
    key = AccessKey.objects.get()
    assert key.kind == AccessKey.Kind.TEMPORARY
    found = re.search(r"\b\d{4}\b", mail.outbox[-1].body)
    assert found
    assert mail.outbox[-1].to == [member.email]
    assert APART in client.get(RESULT).content.decode()
    assert Attempt.objects.get(document=member.document).key == key
    opened = Client().post("/acceso/", {"documento": member.document, "clave": found[0]})
    assert opened.headers["Location"] == "/acceso/cambiar-clave/"


def test_wrong_answers_are_mailed_nothing(member: Member) -> None:
    attack()
    client = Client()
    start(client, member.document)
    assert fail(client, member.document, member.email).headers["Location"] == RESULT
    drain()
    assert not AccessKey.objects.exists()
    assert mail.outbox == []


def test_nothing_is_given_back_and_nothing_counted_to_the_browser(member: Member) -> None:
    attack()
    client = Client()
    for left in (2, 1, 0):
        recover(client, member)
        assert remaining(rates.answers_document(member.document, member.email)) == left
    drain()
    assert AccessKey.objects.filter(ended_at=None).count() == 1
    assert "wrong" not in client.session
    assert recover(client, member).headers["Location"] == RESULT  # the fourth is not judged, and reads the same


def test_it_ends_by_itself_below_half(member: Member, clock: Any) -> None:
    attack()
    clock.forward(hours=23)
    assert under_attack()
    clock.forward(hours=2)
    assert not under_attack()
    assert Event.objects.filter(kind=Kind.RECOVERY_ATTACK_ENDED).count() == 1
    assert recover(Client(), member).status_code == 302
    assert AccessKey.objects.count() == 1


def test_the_mail_road_stays_open(member: Member) -> None:
    attack()
    client = Client()
    start(client, member.document)
    assert client.post(QUESTIONS, {"accion": "correo"}).headers["Location"] == RESULT
    drain()
    assert AccessKey.objects.get().kind == AccessKey.Kind.MAILED


def test_the_limit_grows_with_the_members() -> None:
    assert [rates.answers_portal(members).burst for members in (0, 10_000, 50_000)] == [100, 100, 500]
