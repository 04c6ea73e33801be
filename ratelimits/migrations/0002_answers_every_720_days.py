"""One more wrong answer in the recovery every 720 days, not 360: stored rows count as many attempts as before.

A row says when its limit is full again, so the time until then is doubled with the interval. Reversing halves it.
"""

from datetime import UTC, datetime, timedelta

from django.db import migrations

NAME = "answers_document"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now() -> int:
    return (datetime.now(UTC) - EPOCH) // timedelta(microseconds=1)


def double(apps, editor) -> None:
    at = now()
    with editor.connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_budget SET tat = 2 * tat - %s WHERE name = %s AND tat > %s", [at, NAME, at])


def halve(apps, editor) -> None:
    at = now()
    with editor.connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_budget SET tat = (tat + %s) / 2 WHERE name = %s AND tat > %s", [at, NAME, at])


class Migration(migrations.Migration):
    dependencies = [("ratelimits", "0001_initial"), ("accounts", "0004_rate_limits_move_out")]

    operations = [migrations.RunPython(double, halve)]
