"""Values that only the portal's own code can compute, in its environment; prints JSON.

python -m tests.bench.inside answers DOCUMENT…          the right answers of each member's recovery, by field
python -m tests.bench.inside staff                      document, password and code of one more supervisor
python -m tests.bench.inside queries COOKIE PATH…       how many queries each page makes in this session
python -m tests.bench.inside plan DOCUMENT              how the database finds a statement's movements
"""

import json
import os
import sys
from typing import Any

import django


def main(verb: str, *words: str) -> None:
    os.environ["LOG_REQUESTS"] = "off"
    django.setup()
    verbs = {"answers": answers, "staff": staff, "queries": queries, "plan": plan}
    print(json.dumps(verbs[verb](*words)))


def answers(*documents: str) -> dict[str, dict[str, str]]:
    from recovery.challenge import ask_about

    asked = {document: ask_about(document) for document in documents}
    return {document: _fields(one) for document, one in asked.items() if not one.closed}


def _fields(asked: Any) -> dict[str, str]:
    return {"correo": asked.email} | {f"pregunta_{at}": question.right for at, question in enumerate(asked.questions, 1)}


def staff() -> dict[str, str]:
    from accounts.models import Member
    from tests import office

    colleagues = Member.objects.filter(is_staff=True).count()
    somebody = office.hire("supervisor", document=str(43_555_019 + colleagues))
    return {"documento": somebody.document, "contrasena": office.PASSWORD, "codigo": office.code_of(somebody)}


def queries(cookie: str, *paths: str) -> dict[str, int]:
    from django.conf import settings
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, counts = Client(headers={"host": "127.0.0.1"}), {}
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    for path in paths * 2:  # the first time fills what is kept between requests
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code in (200, 302)
        counts[path] = len(seen)
    return counts


def plan(document: str) -> list[str]:
    from django.db import connection
    from django.http import QueryDict

    from accounts.models import Member
    from statements.criteria import criteria_of
    from statements.movements import newest_sql
    from statements.page import SHORT_LIST

    member = Member.objects.get(document=document)
    asked = criteria_of(member, QueryDict(), [])
    asked.form.full_clean()
    sql, values = newest_sql(member, asked, None, SHORT_LIST + 1)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", values)
        return [line for (line,) in cursor.fetchall()]


if __name__ == "__main__":
    main(*sys.argv[1:])
