"""A server process under measurement: its processor time and its peak memory, read from /proc."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
GRANIAN = ["-m", "granian", "--interface", "wsgi", "--workers", "2", "--log-level", "error"]


@dataclass(frozen=True)
class Server:
    """The port of a server and its first process."""

    port: int
    pid: int

    def cpu(self) -> float:
        """Processor time of all its processes so far, in seconds."""
        return sum(cpu_of(pid) for pid in family(self.pid))

    def peak(self) -> float:
        """The sum of its processes' peak memory, in MiB."""
        return sum(_kilobytes(pid, "VmHWM") for pid in family(self.pid)) / 1024


def family(pid: int) -> list[int]:
    """A process and all below it."""
    below = [int(child) for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()]
    return [pid, *(one for child in below for one in family(child))]


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def database_cpu(name: str) -> float:
    """Seconds of processor of the PostgreSQL processes that now serve clients of this database; 0 for ""."""
    mark, total = f" {name} ".encode(), 0.0
    for path in Path("/proc").glob("[0-9]*/cmdline") if name else []:
        try:
            line = path.read_bytes().replace(b"\0", b" ")
            serves = line.startswith(b"postgres: ") and mark in line and b"autovacuum" not in line
            total += cpu_of(int(path.parent.name)) if serves else 0
        except OSError:  # it ended while we looked
            continue
    return total


def _kilobytes(pid: int, what: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what))


@contextmanager
def serving(
    folder: Path, application: str, environment: dict[str, str], python: str = sys.executable, more: tuple[str, ...] = ()
) -> Iterator[Server]:
    """Run granian with two workers, and `more` of its options, in `folder` until the block ends."""
    port = _free_port()
    command = [python, *GRANIAN, *more, "--port", str(port), application]
    with (Path(environment["BENCH_FOLDER"]) / "server.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait(port)
        yield Server(port, process.pid)
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Granian waits for its workers; one that does not end in ten seconds is killed."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)
    except (ProcessLookupError, subprocess.TimeoutExpired):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError("the server did not start")
