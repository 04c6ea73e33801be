"""What is offered to a member is fixed: by whatever way the page is seen again, and whoever of the household looks.

Everything is read off the pages, as an attacker would who keeps them.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.test import Client

from accounts.models import Member
from outbox.worker import drain
from recovery.answer_groups import GROUP_SIZE
from recovery.models import RegistryStatistics
from recovery.questions import NONE_OF_THEM
from tests.attacks.households import registry
from tests.attacks.portal import Browser, running_portal
from tests.recovery.test_same_for_everyone import bare_length
from tests.recovery.walk import QUESTIONS, START

OPTION = re.compile(r'name="pregunta_\d" value="(\w+)"[^>]*>(?:<[^>]+>)*\s*([^<]+)<')
QUESTION = re.compile(r"<legend>(?:<[^>]+>)*\s*\d\. ([^<]+)<.*?</fieldset>", re.DOTALL)
HEADER = "documento,nombres,apellidos,correo,fecha_nacimiento,fecha_expedicion,celular,telefono,direccion"
ROSA = "32451867,Rosa,Gómez,rosa@correo.example,1958-05-31,1979-08-14,3105552827,6045553419,Calle 45 # 23-60"
Shown = dict[str, list[tuple[str, str]]]  # wording of a question -> what is sent and what is read, in order


def read(page: str) -> Shown:
    """The questions of a page, as a visitor has them."""
    found = {match[1]: [(sent, text.strip()) for sent, text in OPTION.findall(match[0])] for match in QUESTION.finditer(page)}
    assert [len(options) for options in found.values()] == [9, 9, 9], page
    return found


def page_of(client: Client, document: str) -> str:
    client.post(START, {"documento": document})
    return client.get(QUESTIONS).content.decode()


def texts(shown: Shown) -> dict[str, list[str]]:
    return {wording: [text for _, text in options] for wording, options in shown.items()}


# ---- one member, before and after --------------------------------------------------------------------------------


def others(folder: Path, members: int, seed: int) -> None:
    """Import so many other people by the command, and let the worker do what follows."""
    lines = [HEADER.replace(",", ";")]
    for person in {person.document: person for person in registry(members, seed)}.values():
        cells = [person.document, "Ana", "Pérez", "ana@correo.example", person.birth_date or "", person.issue_date or ""]
        lines.append(";".join(map(str, [*cells, person.mobile, person.landline, person.address])))
    file = folder / "otros.csv"
    file.write_text("\n".join(lines))
    call_command("import_members", file, "--yes", stdout=StringIO())
    drain()


def import_three_hundred_others(folder: Path, settings: Any, clock: Any) -> None:
    """The first import of two hundred members or more also measures the registry, by itself."""
    others(folder, 300, seed=4)
    assert RegistryStatistics.objects.exists()


def import_the_whole_file_again(folder: Path, settings: Any, clock: Any) -> None:
    others(folder, 300, seed=4)
    file = folder / "rosa.csv"
    file.write_text(f"{HEADER}\n{ROSA}")
    call_command("import_members", file, stdout=StringIO())
    drain()


def measure_twice(folder: Path, settings: Any, clock: Any) -> None:
    others(folder, 300, seed=4)
    others(folder, 900, seed=5)
    call_command("measure_registry", "--by", "ana", "--yes", stdout=StringIO())
    assert RegistryStatistics.objects.get().members > 900


EVENTS: dict[str, Callable[[Path, Any, Any], object]] = {
    "nothing: another browser in another network": lambda folder, settings, clock: None,
    "another day": lambda folder, settings, clock: clock.forward(days=1),
    "another year": lambda folder, settings, clock: clock.forward(days=400),
    "an import of three hundred others": import_three_hundred_others,
    "an import of everybody again": import_the_whole_file_again,
    "measure_registry, again": measure_twice,
    "another SECRET_KEY": lambda folder, settings, clock: setattr(settings, "SECRET_KEY", "x" * 60),
    "the members' keys rotated": lambda folder, settings, clock: call_command("rotate_secrets", stdout=StringIO()),
}


@pytest.mark.django_db
@pytest.mark.parametrize("event", EVENTS)
def test_a_members_options_stay_as_they_are(event: str, member: Member, tmp_path: Path, settings: Any, clock: Any) -> None:
    clock.now = datetime(2026, 12, 1, 20, tzinfo=UTC)  # after every date of the invented registries
    client = Client(REMOTE_ADDR="203.0.113.7")
    before = read(page_of(client, member.document))
    assert read(client.get(QUESTIONS).content.decode()) == before  # a reload
    EVENTS[event](tmp_path, settings, clock)
    assert read(page_of(Client(REMOTE_ADDR="198.51.100.9"), member.document)) == before


@pytest.mark.django_db
def test_another_decoy_key_changes_which_value_is_hidden_and_nothing_else(member: Member, settings: Any) -> None:
    """And what is sent for each option, which is bound to the key."""
    first = texts(read(page_of(Client(), member.document)))
    for _ in range(5):
        settings.DECOY_KEY = Fernet.generate_key().decode()
        after = texts(read(page_of(Client(REMOTE_ADDR="198.51.100.9"), member.document)))
        assert list(after) == list(first)
        for wording, options in after.items():
            both = set(options) | set(first[wording])
            assert len(both - {NONE_OF_THEM}) in (GROUP_SIZE - 1, GROUP_SIZE), wording
            assert [text for text in options if text in first[wording]] == [text for text in first[wording] if text in options]


def test_a_second_server_process_offers_the_same(tmp_path: Path) -> None:
    """Two servers with hash seeds of their own, one database."""
    database = f"sqlite:///{tmp_path}/portal.sqlite3"
    with running_portal(tmp_path, database, workers=1, PYTHONHASHSEED="1") as one:
        file = tmp_path / "asociados.csv"
        file.write_text(f"{HEADER}\n{ROSA}\n")
        one.manage("import_members", str(file))
        with running_portal(tmp_path, database, workers=1, PYTHONHASHSEED="2") as other:
            pages = []
            for portal in (one, other):
                browser = Browser(portal.port).open(START)
                browser.post(START, {"documento": "32451867"})
                pages.append(read(browser.get(QUESTIONS)[1]))
    assert pages[0] == pages[1]


# ---- two members of one home -------------------------------------------------------------------------------------


@pytest.fixture
def relatives(member: Member, other_member: Member) -> tuple[str, str]:
    """Rosa and Hernán under one roof: the same landline and address, and issue dates of their own; no mobiles."""
    Member.objects.update(mobile="", landline=member.landline, address=member.address)
    Member.objects.filter(pk=other_member.pk).update(issue_date=date(1985, 2, 20))
    return member.document, other_member.document


@pytest.mark.django_db
def test_relatives_see_the_same_options_where_they_share_a_fact_and_learn_nothing_else(relatives: tuple[str, str]) -> None:
    pages = [page_of(Client(REMOTE_ADDR=f"203.0.{number}.7"), document) for number, document in enumerate(relatives)]
    hers, his = map(read, pages)
    dates, *shared = list(hers)
    assert list(his) == [dates, *shared]
    assert len(shared) == 2
    for wording in shared:
        assert texts(hers)[wording] == texts(his)[wording], wording  # no option stands out: all nine are on both pages
    assert not set(texts(hers)[dates]) & set(texts(his)[dates]) - {NONE_OF_THEM}
    sent = [{value for options in shown.values() for value, _ in options} for shown in (hers, his)]
    assert not sent[0] & sent[1]  # what is sent cannot be matched either
    assert len(sent[0]) == len(sent[1]) == 27
    assert without_options(pages[0], relatives[0]) == without_options(pages[1], relatives[1])


def without_options(page: str, document: str) -> str:
    """All of a page that is neither an option nor random."""
    bare = re.sub(r'value="\w{16,}"|imagen/\w+/', "", page.replace(document, "documento"))
    return re.sub(r"(?<=>)(?:\d+ de \w+|termina en \d+|\d\d)(?=<)", "", bare)


@pytest.mark.django_db
def test_a_stranger_of_the_same_address_cannot_be_told_by_a_page_of_another_length(relatives: tuple[str, str]) -> None:
    lengths = set()
    for number, document in enumerate((*relatives, "99999999")):
        client = Client(REMOTE_ADDR=f"203.0.{number}.7")
        client.post(START, {"documento": document})
        lengths.add(bare_length(client.get(QUESTIONS)))
    assert len(lengths) == 1
