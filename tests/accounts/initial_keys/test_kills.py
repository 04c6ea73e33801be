"""A run killed at any write is finished by the same command: no key is lost, none is printed that does not open."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.access_actions import block_member
from accounts.actions import choose_key, invalidate_keys, issue_key
from accounts.hashers import verify_key
from accounts.initial_keys.models import KeyBatch, KeyRun
from accounts.models import AccessKey, Member
from accounts.visitors import Visitor
from audit.actors import Actor
from tests import makers
from tests.killed import database_url, run_killed
from tests.settings import ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.poppler]
PASSWORD = "cuatro palabras al azar"
BY = Actor.operator("pruebas")


@pytest.fixture
def killer() -> Iterator[Any]:
    """A function that runs a command in a process killed at its n-th write; its exit code."""
    environment = os.environ | {"TEST_DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    line = [sys.executable, "-m", "tests.accounts.initial_keys.killing"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(line, cwd=ROOT, env=environment, **pipes) as process:

        def run(step: int, *command: str) -> int:
            process.stdin.write(json.dumps([step, *command]) + "\n")
            process.stdin.flush()
            return int(process.stdout.readline())

        yield run
        process.stdin.close()


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LETTERS_PASSWORD", PASSWORD)


def people(first: int, number: int) -> list[Member]:
    return [makers.make_member(document=str(first + at), email="") for at in range(number)]


def command_for(out: Path, members: list[Member]) -> list[str]:
    asked = [word for member in members for word in ("--document", member.document)]
    return ["issue_initial_keys", *asked, "--letters" if out.suffix == ".pdf" else "--csv", str(out), "--by", "x"]


def finish(out: Path, members: list[Member]) -> str:
    """Run the command again; what it writes on the error channel."""
    errors = StringIO()
    try:
        call_command(*command_for(out, members), stdout=StringIO(), stderr=errors)
    except CommandError as error:
        errors.write(str(error))
    return errors.getvalue()


def keys_in(out: Path) -> dict[str, str]:
    """The last three digits of each document in the file, with its key."""
    if out.suffix == ".csv":
        lines = out.read_text(encoding="utf-8-sig").splitlines()[1:]
        return {line.split(";")[0][-3:]: line.split(";")[3] for line in lines}
    text = subprocess.run(["pdftotext", "-upw", PASSWORD, out, "-"], capture_output=True, check=True, text=True).stdout
    pages = text.removesuffix("\f").split("\f")
    return {re.findall(r"terminado en (\d{3})\b", page)[0]: re.findall(r"^(\d{6})$", page, re.M)[0] for page in pages}


def assert_good(out: Path, members: list[Member]) -> None:
    """The file has a page or row for each member, with their only initial key, which opens; nothing is left over."""
    live = {key.member.document[-3:]: key for key in AccessKey.objects.live().filter(member__in=members, kind="initial")}
    printed = keys_in(out)
    assert set(printed) == set(live) == {member.document[-3:] for member in members}
    assert all(verify_key(live[tail].member_id, "initial", live[tail].sealed, key) for tail, key in printed.items())
    assert not KeyRun.objects.filter(finished_at=None).exists()
    assert not KeyBatch.objects.exclude(sealed="").exists()
    assert out.stat().st_mode & 0o777 == 0o600
    assert not out.with_name(f".{out.name}.parte").exists()


@pytest.mark.parametrize("suffix", ["csv", "pdf"])
def test_a_run_killed_at_any_write_is_finished_by_the_same_command(tmp_path: Path, killer: Any, suffix: str):
    for step in count(1):
        out, members = tmp_path / f"{step}.{suffix}", people(1_000 * step, 3)
        code = killer(step, *command_for(out, members))
        if code != -9:
            break
        finish(out, members)
        assert_good(out, members)
    assert code == 0
    assert step > 60  # as many writes, each with the moments before and after it


# ---- what happens between the kill and the next run ---------------------------------------------------------------------

AFTER_ISSUING = "after:accounts.initial_keys.batches:._write"
AFTER_THE_FILE = "after:common.files.output:OutputFile.publish"
TWICE = "ya no abre y tiene otra"


def use_it(member: Member) -> None:
    key = AccessKey.objects.live().get(member=member)
    choose_key(
        given=key,
        new_key="60382",
        visitor=Visitor(network="10.0.0.0/24", browser="b", device="", label="x"),
        by=Actor.member(member.document),
    )


def expire(member: Member) -> None:
    AccessKey.objects.filter(member=member).update(expires_at=timezone.now())


MEANWHILE: dict[str, tuple[Any, str]] = {
    "another one was issued": (lambda member: issue_key(member=member, kind="initial", by=BY), TWICE),
    "it was used": (use_it, TWICE),
    "the member was blocked": (lambda member: block_member(member=member, by=BY, reason="x"), "está bloqueado o retirado"),
    "the member retired": (lambda member: Member.objects.filter(pk=member.pk).update(status="retired"), "bloqueado o retirado"),
}


@pytest.mark.parametrize("where", [AFTER_ISSUING, AFTER_THE_FILE])
@pytest.mark.parametrize("suffix", ["csv", "pdf"])
@pytest.mark.parametrize("what", MEANWHILE)
def test_a_key_that_ended_meanwhile_is_left_out_and_named(tmp_path: Path, what: str, suffix: str, where: str):
    out, members = tmp_path / f"claves.{suffix}", people(5_000, 3)
    assert run_killed(where, 1, *command_for(out, members)) == -9
    happens, sentence = MEANWHILE[what]
    happens(members[1])
    live = list(AccessKey.objects.live().filter(member=members[1]).values_list("pk", flat=True))
    told = finish(out, members)
    assert f"{members[1].document}: " in told
    assert sentence in told
    assert "1 documento quedó sin clave" in told
    assert list(AccessKey.objects.live().filter(member=members[1]).values_list("pk", flat=True)) == live
    members.pop(1)
    AccessKey.objects.exclude(member__in=members).delete()
    assert_good(out, members)


@pytest.mark.parametrize("where", [AFTER_ISSUING, AFTER_THE_FILE])
@pytest.mark.parametrize("suffix", ["csv", "pdf"])
@pytest.mark.parametrize("happens", [lambda member: invalidate_keys(by=BY, reason="x"), expire], ids=["invalidated", "expired"])
def test_who_lost_the_key_without_another_one_gets_a_new_one(tmp_path: Path, happens: Any, suffix: str, where: str):
    out, members = tmp_path / f"claves.{suffix}", people(5_000, 3)
    assert run_killed(where, 1, *command_for(out, members)) == -9
    happens(members[1])
    assert finish(out, members) == ""
    assert_good(out, members)


@pytest.mark.parametrize("suffix", ["csv", "pdf"])
@pytest.mark.parametrize(
    "happens", [lambda out: out.unlink(), lambda out: out.rename(out.with_name("movido")), lambda out: out.write_text("x")]
)
def test_a_file_moved_or_changed_after_a_kill_is_made_again(tmp_path: Path, happens: Any, suffix: str):
    out, members = tmp_path / f"claves.{suffix}", people(5_000, 3)
    assert run_killed(AFTER_THE_FILE, 1, *command_for(out, members)) == -9
    happens(out)
    assert finish(out, members) == ""
    assert_good(out, members)


@pytest.mark.parametrize("suffix", ["csv", "pdf"])
def test_a_finished_file_that_changed_is_not_called_complete(tmp_path: Path, suffix: str):
    out, members = tmp_path / f"claves.{suffix}", people(5_000, 2)
    finish(out, members)
    out.write_bytes(b"\0" * 100)
    assert "ya existe" in finish(out, members)
    assert out.read_bytes() == b"\0" * 100
    assert AccessKey.objects.count() == 2


@pytest.mark.parametrize("suffix", ["csv", "pdf"])
def test_keys_wiped_by_an_earlier_release_before_it_finished_are_issued_anew(tmp_path: Path, suffix: str):
    out, members = tmp_path / f"claves.{suffix}", people(5_000, 2)
    assert run_killed(AFTER_THE_FILE, 1, *command_for(out, members)) == -9
    KeyBatch.objects.update(sealed="")
    assert finish(out, members) == ""
    assert_good(out, members)


def test_keys_whose_seal_is_lost_are_issued_anew(tmp_path: Path):
    out, members = tmp_path / "claves.csv", people(5_000, 2)
    assert run_killed(AFTER_ISSUING, 1, *command_for(out, members)) == -9
    KeyBatch.objects.update(sealed="not what was sealed")
    assert finish(out, members) == ""
    assert_good(out, members)


def test_when_no_key_opens_any_more_there_is_no_blank_page(tmp_path: Path):
    out, members = tmp_path / "cartas.pdf", people(5_000, 2)
    assert run_killed(AFTER_ISSUING, 1, *command_for(out, members)) == -9
    Member.objects.update(status="retired")
    assert "2 documentos quedaron sin clave" in finish(out, members)
    assert list(tmp_path.iterdir()) == []
