"""Runs a function in a forked process that kills itself, as `kill -9` would, right before a database call."""

import os
import signal
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from psycopg import Copy

from common.files.importing import IMPORT_LOCK
from common.sql.advisory_lock import try_lock

CALLS = [
    (CursorWrapper, "execute"),
    (CursorWrapper, "executemany"),
    (Copy, "write"),
    (Copy, "write_row"),
    (BaseDatabaseWrapper, "commit"),
]


def killed_at(call: int, work: Callable[[], Any]) -> bool:
    """Whether the process came to its call number `call` and died of it; else it ended by itself."""
    _close_connections()
    if not (process := os.fork()):
        _run_and_exit(call, work)
    _, status = os.waitpid(process, 0)
    _wait_for_server()
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0
    return False


def _run_and_exit(call: int, work: Callable[[], Any]) -> None:
    try:
        getattr(connection, "_connection_pools", {}).clear()  # the parent's pool has no threads here
        _arm(call)
        work()
        os._exit(0)
    finally:
        os._exit(3)


def _arm(call: int) -> None:
    calls = 0

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def armed(*args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == call:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*args, **kwargs)

        return armed

    for owner, name in CALLS:
        setattr(owner, name, counted(getattr(owner, name)))


def _close_connections() -> None:
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()


def _wait_for_server() -> None:
    """PostgreSQL rolls back, and frees the imports' lock, when it next looks at the socket of a client that is gone."""
    while True:
        with transaction.atomic():
            if try_lock(IMPORT_LOCK):
                return
        time.sleep(0.02)
