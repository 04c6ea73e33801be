"""Commands whose database does not answer say so in one sentence, and `doctor` says everything else."""

import os
import subprocess
import sys

import pytest

from tests.attacks.portal import free_port
from tests.settings import ROOT


def manage(*words: str) -> "subprocess.CompletedProcess[str]":
    away = f"postgres://portal:secreto@127.0.0.1:{free_port()}/portal"
    environment = os.environ | {"TEST_DATABASE_URL": away, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("command", ["migrate", "purge", "worker --drain", "verify_audit", "member_status 32451867"])
def test_a_command_says_in_one_sentence_that_the_database_is_away(command: str) -> None:
    done = manage(*command.split())
    assert done.returncode == 1
    assert "la base de datos no contesta" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert "secreto" not in done.stdout + done.stderr


def test_doctor_works_without_a_database() -> None:
    done = manage("doctor")
    assert done.returncode == 1
    assert "✘ Base de datos: no contesta" in done.stdout
    assert "✘ Migraciones: no se puede mirar sin la base de datos → Arregle primero la base de datos." in done.stdout
    assert "Disco:" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
