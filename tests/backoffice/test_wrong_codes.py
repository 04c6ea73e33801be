"""Right password and wrong code, three times in a day: an alarm, a mail to that person, and no sign to the attacker."""

import re
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Member
from audit.kinds import Kind
from audit.models import Event
from outbox.models import Job
from outbox.worker import drain
from tests.office import PASSWORD, code_of, hire, inside, sign_in

pytestmark = pytest.mark.django_db
OTHER = "otra cosa muy larga"
WAYS = {
    "wrong code": {},
    "wrong password": {"contrasena": OTHER},
    "wrong password, right code": {"contrasena": OTHER, "codigo": "right"},
    "nobody's account": {"documento": "43018553"},
    "nobody's account, other password": {"documento": "43018553", "contrasena": OTHER},
    "a member without account": {"documento": "32451867"},
    "blocked": {"documento": "43555019"},
}


@pytest.fixture
def staff(clock: Any, member: Member) -> Member:
    hire("supervisor")
    Member.objects.filter(document="43555019").update(is_active=False)
    return hire("auxiliar")


def wrong_codes(staff: Member, count: int, **changes: str) -> None:
    for number in range(count):
        sign_in(Client(REMOTE_ADDR=f"192.0.{number}.7"), staff, **{"code": "000000", **changes})
    drain()


def alarms() -> int:
    return Event.objects.filter(kind=Kind.STAFF_CODE_ALARM).count()


def test_the_third_wrong_code_raises_the_alarm_and_mails_that_person(staff: Member):
    wrong_codes(staff, 2)
    assert (alarms(), len(mail.outbox)) == (0, 0)
    wrong_codes(staff, 1)
    event = Event.objects.get(kind=Kind.STAFF_CODE_ALARM)
    assert (event.subject_tail, event.network, event.details) == ("552", "192.0.0.0/24", '{"count":3}')
    (sent,) = mail.outbox
    assert sent.to == [staff.email]
    assert sent.subject == "Cooperen: su contraseña y tres códigos errados"
    assert "Alguien escribió en la oficina su contraseña correcta y, tres veces en un día, un código errado" in sent.body
    assert "red 192.0.0.0/24" in sent.body
    assert not re.search(r"https?:|www\.|/admin", sent.body)


def test_the_front_page_shows_the_alarm(staff: Member, clock: Any):
    wrong_codes(staff, 3)
    page = inside("admin").get("/admin/")
    figure = next(x for x in page.context_data["figures"] if "código errado" in x.label)
    assert (figure.value, figure.warn) == ("1", True)
    assert "tipo=staff%3Acode%3Aalarm" in figure.link


def test_wrong_passwords_raise_none(staff: Member):
    wrong_codes(staff, 12, password=OTHER)
    assert (alarms(), len(mail.outbox)) == (0, 0)


def test_two_in_a_day_and_a_third_later_raise_none(staff: Member, clock: Any):
    wrong_codes(staff, 2)
    clock.forward(hours=25)
    wrong_codes(staff, 2)
    assert alarms() == 0


def test_attempts_at_the_refill_rate_raise_the_alarm_too(staff: Member, clock: Any):
    for _ in range(3):
        wrong_codes(staff, 1)
        clock.forward(minutes=31)
    assert alarms() == 1


def test_each_further_three_raise_another(staff: Member):
    wrong_codes(staff, 3)
    wrong_codes(staff, 2)
    assert (alarms(), len(mail.outbox)) == (1, 1)
    wrong_codes(staff, 1)
    assert (alarms(), len(mail.outbox)) == (2, 2)


def test_a_late_worker_raises_the_alarm_too(staff: Member, clock: Any):
    for number in range(6):
        sign_in(Client(REMOTE_ADDR=f"192.0.{number}.7"), staff, code="000000")
        clock.forward(minutes=1)
    clock.forward(days=2)
    drain()
    assert (alarms(), len(mail.outbox)) == (1, 1)  # one covers all six


def test_a_late_worker_does_not_count_attempts_days_apart(staff: Member, clock: Any):
    for number in range(6):
        sign_in(Client(REMOTE_ADDR=f"192.0.{number}.7"), staff, code="000000")
        clock.forward(hours=13)
    drain()
    assert alarms() == 0


def test_an_account_without_email_raises_the_alarm_too(staff: Member):
    Member.objects.filter(pk=staff.pk).update(email="")
    wrong_codes(staff, 3)
    assert (alarms(), len(mail.outbox)) == (1, 0)


def test_a_right_code_raises_none(staff: Member, clock: Any):
    for _ in range(4):
        assert sign_in(Client(), staff).status_code == 302
        clock.forward(seconds=31)
    drain()
    assert alarms() == 0
    assert not Job.objects.exists()


def typed(staff: Member, **changes: str) -> dict[str, str]:
    data = {"documento": staff.document, "contrasena": PASSWORD, "codigo": "000000", **changes}
    return {**data, "codigo": code_of(staff) if data["codigo"] == "right" else data["codigo"]}


def seen(staff: Member, way: str, hashes: list[str]) -> Any:
    """Everything that could reveal the difference: the response, its statements, its hashes, and its jobs."""
    browser, data = Client(REMOTE_ADDR="203.0.113.7"), typed(staff, **WAYS[way])
    hashes.clear()
    with CaptureQueriesContext(connection) as queries:
        response = browser.post("/admin/login/", data)
    page = re.sub(r'value="[^"]*"', "", response.content.decode())
    job = Job.objects.order_by("-created_at").first()
    verbs = [re.sub(r"'[^']*'|\d+", "?", query["sql"])[:40] for query in queries.captured_queries]
    return response.status_code, sorted(response.headers), len(page), verbs, len(hashes), job.kind, len(job.body)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("older", [False, True], ids=["", "hashed with older parameters"])
def test_whatever_is_wrong_looks_and_costs_the_same(staff: Member, way: str, older: bool, hashes: list[str], settings):
    if older:
        settings.ARGON2_PARAMETERS = (16, 2, 1)
    usual = seen(staff, "nobody's account", hashes)
    assert seen(staff, way, hashes) == usual


def test_an_older_hash_is_renewed_once_password_and_code_are_right(staff: Member, settings):
    before = staff.password
    settings.ARGON2_PARAMETERS = (16, 2, 1)
    sign_in(Client(), staff, code="000000")
    staff.refresh_from_db()
    assert staff.password == before
    client = Client()
    assert sign_in(client, staff).status_code == 302
    assert client.get("/admin/").status_code == 200
    staff.refresh_from_db()
    assert "m=16,t=2" in staff.password
