"""An installed database is upgraded in place: no lockout, key, session or event is lost on the way."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.killed import database_url
from tests.settings import ROOT


@pytest.fixture
def empty_database(db: None, tmp_path: Path) -> Iterator[str]:
    """The address of a new database on the server the tests run on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/installed.sqlite3"
        return
    name = f"{connection.settings_dict['NAME']}_installed"
    with psycopg.connect(database_url(), autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f'CREATE DATABASE "{name}"')
        yield f"{database_url().rpartition('/')[0]}/{name}"
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_an_installed_portal_keeps_everything(empty_database: str):
    environment = os.environ | {"TEST_DATABASE_URL": empty_database, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-W", "ignore", "-m", "tests.upgrade.after"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout) == {
        "rate limits as before": True,
        "tables of rate limits": ["accounts_budget"],
        "statement in the old session": 200,
        "locked-out member with the right key": 429,
        "other member with the right key": 302,
        "first break of the trail": "None",
        "missing migrations": 0,
    }
