from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Member
from audit.models import Event
from statements.extract.texts import texts_of
from statements.models import Product
from tests.makers import make_other_member
from tests.statements.extract.test_extract_pdf import printed
from tests.statements.ledgers import add_movements, enter, make_product

pytestmark = pytest.mark.poppler


@pytest.fixture
def ledgers(member: Member, other_member: Member, clock: Any) -> None:
    for someone, amount in ((member, 1_000), (other_member, 2_000)):
        entries = [(date(2021, 9, 3), "Cuota", Decimal(amount)), (date(2021, 10, 3), "Cuota", Decimal(amount))]
        add_movements(make_product(someone, number=f"20-{amount}"), entries)


def make(folder: Path, month: str = "2021-10") -> None:
    call_command("make_statements", month=month, out=folder)


def test_every_member_gets_the_file_that_the_page_would_download(ledgers: None, member: Member, clock: Any, tmp_path: Path):
    make(tmp_path / "octubre")
    files = sorted(path.name for path in (tmp_path / "octubre").iterdir())
    assert files == ["extracto-2021-10-32451867.pdf", "extracto-2021-10-71223904.pdf"]
    downloaded = enter(Client(), member, clock.now).get("/estado-de-cuenta/extracto.pdf", {"mes": "2021-10"}).content
    assert printed((tmp_path / "octubre" / files[0]).read_bytes()) == printed(downloaded)


def test_only_their_owner_reads_the_files(ledgers: None, tmp_path: Path):
    folder = tmp_path / "octubre"
    make(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_second_run_makes_only_what_is_missing(ledgers: None, tmp_path: Path, capsys: Any):
    make(tmp_path)
    first, second = sorted(tmp_path.iterdir())
    first.unlink()
    (tmp_path / f"{first.stem}.part").write_bytes(b"left by a killed run")
    kept = second.stat().st_mtime_ns
    make(tmp_path)
    assert "1 extractos hechos, 1 ya estaban" in capsys.readouterr().out
    assert sorted(tmp_path.iterdir()) == [first, second]
    assert second.stat().st_mtime_ns == kept


def test_a_second_run_makes_anew_what_changed(ledgers: None, member: Member, tmp_path: Path, capsys: Any):
    make(tmp_path)
    changed, same = sorted(tmp_path.iterdir())
    kept = same.stat().st_mtime_ns
    Product.objects.filter(member=member).update(balance=Decimal(7_777))
    make(tmp_path)
    assert "1 extractos hechos, 1 ya estaban" in capsys.readouterr().out
    assert "$ 7.777,00" in printed(changed.read_bytes())
    assert same.stat().st_mtime_ns == kept


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 half a file", b"x" * 5_000])
def test_a_file_that_cannot_be_read_is_made_anew(ledgers: None, tmp_path: Path, content: bytes):
    make(tmp_path)
    first = sorted(tmp_path.iterdir())[0]
    first.write_bytes(content)
    make(tmp_path)
    assert "Cuota" in printed(first.read_bytes())


def test_a_final_extract_is_the_same_from_the_command_and_the_page(member: Member, clock: Any, tmp_path: Path):
    add_movements(make_product(member, cutoff_on=date(2021, 9, 30)), [(date(2021, 9, 3), "Cuota", Decimal(5))])
    make(tmp_path, "2021-09")
    Product.objects.update(line="Otro nombre", balance=Decimal(9))
    make(tmp_path, "2021-09")
    downloaded = enter(Client(), member, clock.now).get("/estado-de-cuenta/extracto.pdf", {"mes": "2021-09"}).content
    assert printed(next(tmp_path.iterdir()).read_bytes()) == printed(downloaded)
    assert "Ahorro permanente" in printed(downloaded)


@pytest.mark.parametrize("spoil", ["texts", "layout"])
def test_one_extract_that_fails_is_named_and_the_others_are_made(
    ledgers: None, member: Member, tmp_path: Path, monkeypatch: Any, capsys: Any, spoil: str
):
    def spoilt(extract: Any) -> dict[str, Any]:
        texts = texts_of(extract)
        if extract.member == member:
            del texts["title"]  # the layout needs it
        return texts if spoil == "layout" or "title" in texts else texts["title"]

    monkeypatch.setattr("statements.extract.all_members.texts_of", spoilt)
    with pytest.raises(CommandError, match=r"1 extracto no se pudo hacer:\n  extracto-2021-10-32451867\.pdf") as refusal:
        make(tmp_path)
    assert refusal.value.returncode == 1
    assert "1 extractos hechos" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["extracto-2021-10-71223904.pdf"]
    assert Event.objects.get().details == '{"count":1,"month":"2021-10","rejected":1,"same":0}'
    monkeypatch.undo()
    make(tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_more_members_cost_no_more_queries(ledgers: None, tmp_path: Path, django_assert_max_num_queries: Any):
    for place in range(30):
        owner = make_other_member(document=f"8000{place:03}")
        add_movements(make_product(owner, number=f"80-{place}"), [(date(2021, 10, 3), "Cuota", Decimal(place + 1))])
    with django_assert_max_num_queries(20):
        make(tmp_path)
    assert len(list(tmp_path.iterdir())) == 32


def test_it_leaves_an_event(ledgers: None, tmp_path: Path):
    make(tmp_path)
    event = Event.objects.get()
    assert (event.kind, event.details) == ("statement:batch:made", '{"count":2,"month":"2021-10","same":0}')


def test_a_month_without_data_is_refused_in_a_sentence(ledgers: None, tmp_path: Path):
    with pytest.raises(CommandError, match=r"No hay datos de enero de 2020\."):
        make(tmp_path, "2020-01")


def test_what_is_no_month_is_refused_in_a_sentence(db: Any, tmp_path: Path):
    with pytest.raises(CommandError, match="«octubre» no es un mes: escriba, por ejemplo, 2021-10"):
        call_command("make_statements", "--month", "octubre", "--out", str(tmp_path))
