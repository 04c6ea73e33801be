"""Search by name prefixes: every match of a rare name, a hundred of a frequent one from a share of the members."""

import pytest
from django.db import connection

from accounts.models import Member
from backoffice import search
from backoffice.search import SHARES, every, find_members, words_of
from common.colombia.documents import searchable

pytestmark = pytest.mark.django_db
NAMES = [("Ana Lucía", "Gómez Ruiz"), ("Lucía", "Gómez Anaya"), ("Ana", "Gomera Díaz"), ("Juana", "Gómez"), ("Ana", "Ruiz")]


def register(*names: tuple[str, str]) -> None:
    Member.objects.bulk_create(
        Member(document=f"7{at:07}", first_names=first, last_names=last, search_name=searchable(f"{first} {last}"))
        for at, (first, last) in enumerate(names)
    )


def found(text: str) -> set[str]:
    return {str(member) for member in find_members(Member.objects.all(), text)}


@pytest.mark.parametrize("typed", ["ana gom", "gom ana", "GÓM Ana", "go anÁ"])
def test_every_word_is_a_beginning_in_any_order(typed: str):
    register(*NAMES)
    assert found(typed) == {"Ana Lucía Gómez Ruiz", "Lucía Gómez Anaya", "Ana Gomera Díaz"}


@pytest.mark.parametrize("most", [1, 2, 3, 100])
def test_a_frequent_name_fills_the_list_and_no_more(most: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(search, "MOST", most)
    register(*[("Ana", "Gómez")] * 200)
    assert len(find_members(Member.objects.all(), "gomez ana")) == most


def test_a_rare_name_is_found_in_every_share_of_the_members():
    register(*[("Ana", f"Gómez Ruiz{'abcdefghij'[at % 10]}") for at in range(200)])
    assert len(find_members(Member.objects.all(), "gomez ruizc")) == 20


def test_a_share_keeps_to_the_members_it_is_asked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(search, "MOST", 2)
    register(*[("Ana", "Gómez")] * 200)
    Member.objects.update(branch="Norte")
    assert not find_members(Member.objects.filter(branch="Sur"), "ana")


@pytest.mark.parametrize("share", SHARES)
def test_each_share_is_looked_up_in_its_own_index_and_sqlite_reads_the_table(share: int):
    register(*NAMES)
    named = search._named(Member.objects.all(), words_of("ana gomez"))
    wanted = "SCAN accounts_member"
    if connection.vendor == "postgresql":
        wanted = f"member_name_words_{share} "
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert wanted in every(share, named).explain()
