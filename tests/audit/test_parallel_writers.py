"""Sixteen writers at once leave one gapless, valid chain."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from audit.actors import Actor
from audit.kinds import Kind
from audit.models import Event
from audit.record import action, record
from audit.verify import first_break

WRITERS, EACH = 16, 12


def write(writer: int) -> None:
    try:
        for number in range(EACH):
            by = Actor.staff(str(43_000_000 + writer), "auxiliar")
            with action():
                record(Kind.KEY_ISSUED, by=by, document=str(number + 1000))
                record(Kind.MAIL_SENT, by=by)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_leave_a_gapless_chain():
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    numbers = list(Event.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, WRITERS * EACH * 2 + 1))
    assert first_break() is None
