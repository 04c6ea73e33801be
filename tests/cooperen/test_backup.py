"""`deploy/backup` and `deploy/restore`, on a SQLite file; docs/operations.md describes both on PostgreSQL."""

import os
import sqlite3
import stat
import subprocess
from pathlib import Path

import pytest

from tests.settings import ROOT


@pytest.fixture
def database(tmp_path) -> Path:
    path = tmp_path / "portal.sqlite3"
    with sqlite3.connect(path) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE members (document text)")
        made.execute("INSERT INTO members VALUES ('1020304')")
    return path


def run(script: str, database: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    places = {"DATABASE_URL": f"sqlite:///{database}", "BACKUPS_PATH": str(folder), "ENV_FILE": os.devnull}
    command = [str(ROOT / "deploy" / script), *arguments]
    return subprocess.run(command, env=os.environ | places, capture_output=True, text=True, check=False)


def test_a_backup_is_whole_and_its_owners_only(database, tmp_path):
    folder = tmp_path / "backups"
    done = run("backup", database, folder)
    assert done.returncode == 0, done.stderr
    [made] = folder.iterdir()
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert sqlite3.connect(made).execute("SELECT document FROM members").fetchall() == [("1020304",)]


def test_a_restore_needs_an_empty_database_and_never_overwrites(database, tmp_path):
    run("backup", database, tmp_path / "backups")
    [made] = (tmp_path / "backups").iterdir()
    restored = tmp_path / "restored.sqlite3"
    assert run("restore", restored, tmp_path, str(made)).returncode == 0
    assert sqlite3.connect(restored).execute("SELECT count(*) FROM members").fetchone() == (1,)
    refused = run("restore", database, tmp_path, str(made))
    assert refused.returncode == 1
    assert "ya existe" in refused.stderr


@pytest.mark.parametrize("left", ["-wal", "-shm", "-journal"])
def test_a_left_over_log_is_not_replayed_over_the_restored_file(database, tmp_path, left):
    run("backup", database, tmp_path / "backups")
    [made] = (tmp_path / "backups").iterdir()
    log = tmp_path / f"restored.sqlite3{left}"
    log.write_bytes(b"x")
    refused = run("restore", tmp_path / "restored.sqlite3", tmp_path, str(made))
    assert refused.returncode == 1
    assert f"{log} ya existe. Muévalo antes a otro lugar." in refused.stderr
    assert not (tmp_path / "restored.sqlite3").exists()


@pytest.mark.parametrize("share", [0, 0.5, 0.99])
def test_half_a_backup_restores_nothing(tmp_path, share):
    database = tmp_path / "portal.sqlite3"
    with sqlite3.connect(database) as made:
        made.execute("CREATE TABLE members (document text)")
        made.executemany("INSERT INTO members VALUES (?)", [(str(number) * 50,) for number in range(5000)])
    run("backup", database, tmp_path / "backups")
    [whole] = (tmp_path / "backups").iterdir()
    half = tmp_path / "half.sqlite3"
    half.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * share)] or b"not a database")
    refused = run("restore", tmp_path / "restored.sqlite3", tmp_path, str(half))
    assert refused.returncode == 1
    assert "incompleta o dañada" in refused.stderr
    assert not list(tmp_path.glob("restored*"))


def test_the_thirty_newest_stay(database, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 35):
        (folder / f"portal-202601{day:02d}T000000Z.sqlite3").touch()
    run("backup", database, folder)
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 30
    assert "portal-20260101T000000Z.sqlite3" not in names
