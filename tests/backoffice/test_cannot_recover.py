"""The list of members who cannot recover by questions: the same rows as its figure, its counts and its CSV."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Member
from audit.kinds import Kind
from audit.models import Event
from backoffice import cannot_recover
from backoffice.cannot_recover import COUNTING, NOT_COUNTED
from outbox.worker import drain
from recovery import coverage
from tests.attacks.households import registry
from tests.makers import make_member
from tests.office import inside
from tests.recovery.test_registry_statistics import facts

pytestmark = pytest.mark.django_db
LIST = "/admin/backoffice/cannotrecover/"
FIGURE = "Asociados que no pueden recuperar con preguntas"


@pytest.fixture
def town() -> int:
    """A hundred members with real holes in two branches, some blocked, held, retired; how many cannot recover."""
    people = list({person.document: person for person in registry(100, seed=5)}.values())
    for number, person in enumerate(people):
        state: dict[str, Any] = {
            "email": "" if number % 9 == 0 else "a@correo.example",
            "branch": ("Centro", "Norte")[number % 2],
        }
        state |= {"status": "retired"} if number % 11 == 0 else {}
        state |= {"blocked_at": timezone.now()} if number % 13 == 0 else {}
        state |= {"held_until": timezone.now() + timedelta(hours=1)} if number % 17 == 0 else {}
        state |= {"birth_date": None, "issue_date": None, "landline": ""} if number % 7 == 0 else {}
        make_member(**{"city": "", "joined_on": None, **facts(person), **state})
    coverage.queue_count()
    drain()
    return coverage.cannot_by_questions(Member.objects.all()).count()


def rows(client: Client, query: str = "") -> list[str]:
    """The documents on all pages of the list."""
    found: list[str] = []
    for number in range(1, 10):
        changelist = client.get(f"{LIST}?p={number}&{query}").context_data["cl"]
        found += [row.document for row in changelist.result_list]
        if number >= changelist.paginator.num_pages:
            return found
    raise AssertionError("more pages than members")


def csv(client: Client, query: str = "") -> list[list[str]]:
    text = b"".join(client.get(f"{LIST}csv/?{query}").streaming_content).decode("utf-8-sig")
    return [line.split(";") for line in text.splitlines()[1:]]


def figure(client: Client) -> Any:
    return next(one for one in client.get("/admin/").context_data["figures"] if one.label == FIGURE)


@pytest.mark.parametrize("role", ["auxiliar", "supervisor", "auditor", "admin"])
def test_the_figure_of_the_front_page_opens_the_list_of_as_many(role: str, town: int) -> None:
    client = inside(role)
    shown = figure(client)
    assert shown.link == LIST
    assert int(shown.value) == town == len(rows(client)) > 25
    assert f'href="{LIST}"' in client.get("/admin/").content.decode()


@pytest.mark.parametrize("branch", ["", "Centro", "Norte"])
@pytest.mark.parametrize("reason", ["", *coverage.REASONS])
def test_list_counts_and_file_agree_for_every_reason_and_branch(reason: str, branch: str, town: int) -> None:
    client, query = inside("supervisor"), f"causa={reason}&agencia={branch}"
    found = rows(client, query)
    assert [cells[0] for cells in csv(client, query)] == found
    totals = {row["name"]: row["counts"] for row in client.get(LIST).context_data["totals"]}
    column = 1 + list(coverage.REASONS).index(reason) if reason else 0
    assert totals[branch or "Todas"][column] == str(len(found))
    assert len(set(found)) == len(found) > 0


def test_every_reason_has_a_column() -> None:
    assert len(cannot_recover.COLUMNS) == len(coverage.REASONS)


def test_the_file_says_why_and_holds_no_contact_data(member: Member) -> None:
    Member.objects.update(address="", landline="")
    coverage.queue_count()
    drain()
    client = inside("supervisor")
    assert csv(client) == [["32451867", "Rosa Elena Gómez Restrepo", "Centro", "teléfono fijo, dirección"]]
    assert Event.objects.filter(kind=Kind.DATA_EXPORTED).count() == 1


def test_the_file_goes_through_all_batches(town: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cannot_recover, "AT_ONCE", 7)
    assert len(csv(inside("supervisor"), "p=2")) == town


def test_who_may_not_export_sees_no_button(town: int) -> None:
    assert "Exportar CSV" in inside("supervisor").get(LIST).content.decode()
    assert "Exportar CSV" not in inside("auditor").get(LIST).content.decode()


def test_the_list_says_when_it_is_not_complete_yet(member: Member) -> None:
    client = inside("auxiliar")
    assert NOT_COUNTED in client.get(LIST).content.decode()
    coverage.queue_count()
    assert COUNTING in client.get(LIST).content.decode()
    drain()
    page = client.get(LIST).content.decode()
    assert COUNTING not in page
    assert NOT_COUNTED not in page
    assert "No hay nada que mostrar" in page


@pytest.mark.parametrize("query", ["causa=nada", "agencia=Sur", "causa=%00"])
def test_a_filter_that_says_nothing_finds_nothing(query: str, town: int) -> None:
    assert rows(inside("auxiliar"), query) == []


def test_more_members_ask_no_more_queries(town: int, django_assert_max_num_queries: Any) -> None:
    client = inside("supervisor")
    client.get(LIST)
    with django_assert_max_num_queries(13):
        client.get(LIST)
