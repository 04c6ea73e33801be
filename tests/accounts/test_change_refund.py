"""A change of key and the refund of its charges are one transaction: a kill between them cannot lose the refund."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AccessKey, Member
from ratelimits import rates
from ratelimits.gcra import remaining
from tests.access import change, choose, given, not_holding

KEY = "60382"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [AccessKey.Kind.CHOSEN, AccessKey.Kind.INITIAL])
def test_the_refund_is_committed_with_the_new_key(member: Member, kind: AccessKey.Kind):
    key = choose(member, KEY) if kind == AccessKey.Kind.CHOSEN else given(member, kind)
    with CaptureQueriesContext(connection) as context:
        assert change(Client(), member.document, key, not_holding(key) if key != KEY else "90352").status_code == 302
    queries = [each["sql"] for each in context.captured_queries]
    kept = next(at for at, sql in enumerate(queries) if 'INSERT INTO "accounts_accesskey"' in sql)
    refunded = max(at for at, sql in enumerate(queries) if sql.lstrip().startswith("UPDATE accounts_budget"))
    assert not any(sql.startswith("COMMIT") for sql in queries[min(kept, refunded) : max(kept, refunded)])


@pytest.mark.django_db
@pytest.mark.parametrize("new", ["90352", "12345", KEY])
def test_a_right_key_is_refunded_whether_or_not_the_new_one_fits(member: Member, new: str):
    choose(member, KEY)
    change(Client(), member.document, KEY, new)
    limit = rates.sign_in_long(member.document)
    assert remaining(limit) == limit.burst
