"""A command says what it did, or why not, in sentences: whatever becomes of its output, and when it is interrupted."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.killed import database_url
from tests.settings import ROOT

pytestmark = pytest.mark.django_db(transaction=True)


def manage(shell: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["sh", "-c", f'"$0" manage.py verify_audit {shell}', sys.executable],
        cwd=ROOT, env=environment() | variables, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def environment() -> dict[str, str]:
    return os.environ | {"TEST_DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}


def test_a_closed_output_costs_nothing():
    done = manage(">&-")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_without_a_sign_costs_nothing():
    done = manage("", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "? Auditor?a completa" in done.stdout


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_under_the_report_is_said(unbuffered: str):
    done = manage(">/dev/full", PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == 1
    assert "no queda espacio en el disco" in done.stderr
    assert "Traceback" not in done.stderr


def wait_for_reader(pipe: Path) -> int:
    """The pipe's end to write to, once the command reads from the other; it waits until this one is closed."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # nobody reads yet
            time.sleep(0.1)
    raise AssertionError("the command did not open the file")


def test_ctrl_c_is_answered_in_a_sentence(tmp_path: Path):
    signals = tmp_path / "anclas"
    os.mkfifo(signals)  # the command waits here for the anchors
    command = [sys.executable, "manage.py", "verify_audit", "--anchors", str(signals)]
    running = subprocess.Popen(
        command, cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a suite in the background ignores it
    )  # fmt: skip
    held = wait_for_reader(signals)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=30)
    os.close(held)
    assert running.returncode == 130
    assert said == "La orden se interrumpió antes de terminar. Repita la misma orden.\n"
