"""The demo: its files are valid, its accounts work as the table says, and it starts from nothing."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any
from urllib.request import urlopen

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Member
from cooperen.demo import people, products
from outbox.worker import drain
from recovery.challenge import ask_about
from statements.models import Movement, Product
from tests.access import sign_in
from tests.settings import ROOT

TODAY = date(2021, 10, 21)


def test_every_ledger_adds_up_and_ends_in_the_products_balance():
    chance = Random(7)
    for serial in range(1, 40):
        for holding in products.holdings("1020304", serial, chance, TODAY):
            rows = holding.movements
            assert holding.product["saldo"] == rows[-1]["saldo"]
            for before, row in zip(rows, rows[1:], strict=False):
                assert Decimal(before["saldo"]) + Decimal(row["valor"]) == Decimal(row["saldo"])
                assert before["fecha"] <= row["fecha"] <= TODAY.isoformat()


def test_its_members_show_the_states_of_a_loan():
    chance = Random(7)
    every = [holding.product for serial in range(1, 400) for holding in products.holdings("1020304", serial, chance, TODAY)]
    loans = [row for row in every if row["tipo"] == "credito"]
    assert {int(Decimal(row["valor_mora"]) / Decimal(row["cuota"])) for row in loans} >= {0, 1, 3}
    assert all(row["proximo_pago"] > TODAY.isoformat() for row in every if row["cuota"])
    assert {row["dias_mora"] for row in loans if row["valor_mora"] == "0"} == {"0"}


def test_people_are_all_different_and_the_same_seed_gives_the_same():
    first, second = (list(people.members(300, Random(5), TODAY)) for _ in range(2))
    assert first == second
    assert len({row["documento"] for row in first}) == 300


def demo(members: int = 12) -> str:
    told = StringIO()
    call_command("demo", members=members, stdout=told, stderr=StringIO())
    return told.getvalue()


def test_it_brings_people_products_and_two_years_of_movements(db: Any):
    demo()
    assert Member.objects.filter(in_registry=True).count() == 12
    assert Product.objects.values("member").distinct().count() == 12
    span = Movement.objects.order_by("day").values_list("day", flat=True)
    assert (max(span) - min(span)).days > 690


def people_of(table: str) -> dict[str, str]:
    """The first cell of each row of the table, with its lines."""
    rows: dict[str, str] = defaultdict(str)
    name = ""
    for line in table.splitlines():
        cells = [cell.strip() for cell in line.strip("│┃").split("│")]
        if len(cells) == 3:
            name = cells[0] or name
            rows[name] += " ".join(cells) + "\n"
    return rows


def test_the_keys_in_the_table_sign_in(client: Client, db: Any):
    told = people_of(demo())
    for purpose, next_page in (("Entrar", "/estado-de-cuenta/"), ("Primera vez", "/acceso/cambiar-clave/")):
        found = re.search(r"(\d{6,10}) Clave (?:inicial )?(\d{5,6})", told[purpose])
        assert found, told
        answer = sign_in(client, found[1], found[2])
        assert answer.headers["Location"] == next_page
        client.post("/acceso/salir/")


def test_the_table_tells_the_questions_that_are_asked_after_the_registry_was_measured(db: Any):
    told = people_of(demo(members=230))["Recuperar la clave"]
    drain()
    found = re.search(r"\d{6,10}", told)
    assert found
    questions = ask_about(found[0]).questions
    assert [question.kind for question in questions][:2] == ["birth", "mobile"]  # as in the members' manual
    for question in questions:
        (right,) = [option.text for option in question.options if option.value == question.right]
        assert f"→ {right}" in told


def test_it_refuses_a_database_with_members(member: Member):
    with pytest.raises(CommandError, match="ya tiene asociados"):
        demo()
    assert Member.objects.count() == 1


@pytest.fixture
def port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def start(state: Path, port: int) -> subprocess.Popen[str]:
    environment = os.environ | {"DEMO_STATE": str(state), "DEMO_PORT": str(port)}
    command = [sys.executable, "-m", "cooperen.demo.run"]
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, umask=0o022, **told)


def test_a_taken_port_gets_a_sentence(tmp_path: Path, port: int):
    told, _ = start(tmp_path / "demo", port).communicate(timeout=60)
    assert f"El puerto {port} está ocupado" in told
    assert f"DEMO_PORT={port + 1} make demo" in told


def until(there: Callable[[], Any], seconds: int = 90) -> Any:
    """Wait until `there` returns something true; its result."""
    for _ in range(seconds * 5):
        if found := there():
            return found
        time.sleep(0.2)
    raise TimeoutError


def home_page(port: int) -> str:
    def page() -> str:
        try:
            return urlopen(f"http://127.0.0.1:{port}/", timeout=5).read().decode()
        except OSError:
            return ""

    return until(page)


def run_until_open(state: Path, port: int) -> str:
    """Start the demo, open the home page, press Ctrl-C; its output."""
    running = start(state, port)
    assert running.stdout
    told = ""
    for line in running.stdout:
        told += line
        if "Ctrl-C detiene todo" in line:
            break
    page = home_page(port)
    until(lambda: (state / "correo").exists())
    running.send_signal(signal.SIGINT)
    rest, _ = running.communicate(timeout=60)
    assert running.returncode == 0, told + rest
    assert "Estado de Cuentas" in page
    return told + rest


def test_it_starts_from_nothing_stops_at_once_and_goes_on_the_second_time(tmp_path: Path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    state = tmp_path / "demo"
    first, second = run_until_open(state, port), run_until_open(state, port)
    assert "Se inventa la cooperativa" in first
    assert "Se inventa la cooperativa" not in second
    assert people_of(first) == people_of(second) != {}
    open_to_others = [str(path) for path in (state, *state.rglob("*")) if path.stat().st_mode & 0o077]
    assert open_to_others == []  # database, keys of the people, mails, the registry's files
    assert "Message-ID: <" in "".join(letter.read_text() for letter in (state / "correo").iterdir())
    with pytest.raises(OSError, match="refused"):
        urlopen(f"http://127.0.0.1:{port}/", timeout=5)
