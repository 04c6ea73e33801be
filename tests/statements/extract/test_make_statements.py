from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Member
from audit.models import Event
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
