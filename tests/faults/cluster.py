"""A PostgreSQL cluster of the drill's own, so that it can be killed: made with `initdb`, removed afterwards."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.attacks.portal import free_port
from tests.bench.servers import family

BINARIES = [*Path("/usr/lib/postgresql").glob("*/bin"), Path("/usr/local/bin"), Path("/usr/bin")]
SECONDS = 60  # to start, crash recovery included


@dataclass
class Cluster:
    """The cluster's folder and port."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it and wait until it answers."""
        words = ["-D", str(self.folder / "data"), "-p", str(self.port), "-k", "", "-c", "listen_addresses=127.0.0.1"]
        self.process = subprocess.Popen(as_nobody_special("postgres", *words), stderr=subprocess.DEVNULL)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError("PostgreSQL did not start")

    def kill(self) -> None:
        """`kill -9` the server and all its processes at once."""
        assert self.process is not None
        for pid in family(self.process.pid):
            os.kill(pid, signal.SIGKILL)
        self.process.wait(SECONDS)


def as_nobody_special(name: str, *words: str) -> list[str]:
    """A command of PostgreSQL, which refuses to run as root."""
    found = next((str(folder / name) for folder in BINARIES if (folder / name).exists()), shutil.which(name) or name)
    other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
    return [*other, found, *words]


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A new cluster that keeps what it has acknowledged (fsync on), running."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
        words = ("-D", str(folder / "data"), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
        subprocess.run(as_nobody_special("initdb", *words), check=True, stdout=subprocess.DEVNULL)
        made = Cluster(folder, free_port())
        made.start()
        try:
            yield made
        finally:
            made.kill()
