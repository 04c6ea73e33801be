"""`manage.py purge`: expired rows are deleted, others stay."""

from datetime import timedelta
from io import StringIO

import pytest
from captcha.models import CaptchaStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from accounts.initial_keys.models import KeyBatch, KeyRun
from accounts.models import AccessKey, Notice
from audit.kinds import Kind
from audit.models import Event
from outbox.models import Message, State
from outbox.queue import put_message
from ratelimits.gcra import microseconds
from ratelimits.models import RateLimit
from recovery.models import Attempt
from tests.access import given

pytestmark = pytest.mark.django_db


def run() -> str:
    out = StringIO()
    call_command("purge", stdout=out)
    return out.getvalue()


def test_expired_sessions_and_pictures_go_and_live_ones_stay():
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(minutes=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(minutes=1))
    CaptchaStore.objects.create(challenge="a", response="a", hashkey="1" * 40, expiration=now - timedelta(minutes=1))
    assert "sesiones vencidas: 1" in run()
    assert [session.pk for session in Session.objects.all()] == ["new"]
    assert CaptchaStore.objects.count() == 0


def test_a_key_is_wiped_a_week_after_it_expired(member, clock):
    given(member, "initial")
    clock.forward(days=36)
    run()
    assert AccessKey.objects.live().count() == 1
    clock.forward(days=2)
    run()
    row = AccessKey.objects.get()
    assert (row.sealed, row.ended_why) == ("", "expired")


def test_a_chosen_key_never_expires(member):
    member.keys.create(kind="chosen", sealed="x", must_change=False, created_at=timezone.now() - timedelta(days=3000))
    run()
    assert AccessKey.objects.live().count() == 1


def test_only_limits_that_are_full_again_go():
    now = microseconds(timezone.now())
    RateLimit.objects.create(id="full", name="x", tat=now - 10)
    RateLimit.objects.create(id="used", name="x", tat=now + 10**10)
    RateLimit.objects.create(id="attack mode", name="x", tat=now - 10, alarm_at=now)
    RateLimit.objects.create(id="refused", name="x", tat=now - 10, refused=3, refused_at=now - 10)
    run()
    assert set(RateLimit.objects.values_list("id", flat=True)) == {"used", "attack mode", "refused"}


def test_attempts_and_sent_mail_go_after_their_retention(settings, clock):
    attempt = {"document": "123", "network": "", "browser": "", "kinds": "", "expires_at": clock.now, "shown": "sellada"}
    Attempt.objects.create(started_at=clock.now, **attempt)
    put_message(kind="x", to="a@b.co", subject="s", text="t")
    Message.objects.update(state=State.SENT, ended_at=clock.now)
    clock.forward(days=1)
    run()
    assert [row.shown for row in Attempt.objects.all()] == [""]
    assert Message.objects.count() == 1
    clock.forward(days=366)
    run()
    assert Attempt.objects.count() == Message.objects.count() == 0


def test_mail_that_waits_is_never_purged(clock):
    put_message(kind="x", to="a@b.co", subject="s", text="t")
    clock.forward(days=4000)
    run()
    assert Message.objects.count() == 1


def test_a_forgotten_journal_of_keys_is_wiped(member, clock):
    run_row = KeyRun.objects.create(out="x", by="x", created_at=clock.now)
    KeyBatch.objects.create(run=run_row, number=1, members=[member.pk], sealed="x")
    clock.forward(days=31)
    run()
    assert KeyBatch.objects.get().sealed == ""


def test_codes_go_when_they_expire(member, clock):
    Notice.objects.create(member=member, created_at=clock.now, expires_at=clock.now + timedelta(days=7))
    clock.forward(days=8)
    run()
    assert Notice.objects.count() == 0


def test_it_leaves_one_event_and_says_so_when_there_is_nothing():
    assert run() == "No había nada vencido.\n"
    assert Event.objects.count() == 0
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(minutes=1))
    run()
    assert Event.objects.filter(kind=Kind.DATA_PURGED).count() == 1
