"""The worker as a process: at its start it looks who can recover, and SIGTERM ends it after the current mail."""

import os
import signal
import subprocess
import sys
import time

import pytest

from outbox.models import Beat, Message, State
from outbox.queue import put_message
from recovery.models import Coverage
from tests.killed import database_url
from tests.settings import ROOT


@pytest.mark.django_db(transaction=True)
def test_sigterm_stops_it_cleanly():
    environment = os.environ | {"TEST_DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "manage.py", "worker", "--pause", "0.2"]
    worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    put_message(kind="x", to="a@b.co", subject="s", text="t")
    until = time.monotonic() + 30
    while not Message.objects.filter(state=State.SENT).exists() and time.monotonic() < until:
        time.sleep(0.1)
    worker.send_signal(signal.SIGTERM)
    said, _ = worker.communicate(timeout=15)
    assert worker.returncode == 0
    assert "Detenido sin dejar nada a medias" in said.decode()
    assert Message.objects.get().state == State.SENT
    assert Beat.objects.exists()
    assert Coverage.objects.exists()
