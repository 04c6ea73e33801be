"""A process that runs commands in children, each of which kills itself, as `kill -9` would, at its n-th write.

`python -m tests.accounts.initial_keys.killing` reads a JSON line `[n, command, …]` and answers with the child's exit code:
-9 if it was killed, else what the command returned. A step is before or after a statement that writes, a commit, or a call
that changes a file. The parent never opens the database, so that a child may be forked cheaply.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

FILE_CALLS = ("open", "write", "fsync", "ftruncate", "fchmod", "replace")


class Steps:
    """Counts the steps of this process and kills it at number `last`."""

    def __init__(self, last: int) -> None:
        self.last, self.done = last, 0

    def count(self) -> None:
        self.done += 1
        if self.done == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, original: Callable[..., Any], counts: Callable[..., bool] = lambda *given: True) -> Callable[..., Any]:
        """`original` with a step before and one after the calls that count."""

        def call(*given: Any, **named: Any) -> Any:
            if not counts(*given):
                return original(*given, **named)
            self.count()
            result = original(*given, **named)
            self.count()
            return result

        return call


def _writes(cursor: Any, sql: str, *rest: Any) -> bool:
    return not sql.lstrip().upper().startswith(("SELECT", "PRAGMA", "SET "))


def _arm(last: int) -> None:
    from django.db import connection
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.backends.utils import CursorWrapper

    connection.ensure_connection()
    steps = Steps(last)
    for owner, name in [(BaseDatabaseWrapper, "_commit"), *((os, name) for name in FILE_CALLS)]:
        setattr(owner, name, steps.around(getattr(owner, name)))
    for name in ("execute", "executemany"):
        setattr(CursorWrapper, name, steps.around(getattr(CursorWrapper, name), _writes))


def _child(last: int, *command: str) -> None:
    from django.core.management import CommandError, call_command

    from accounts.initial_keys import batches

    batches.BATCH = 2
    _arm(last)
    try:
        call_command(*command, stdout=sys.stderr)
    except CommandError as error:
        sys.stderr.write(str(error))
        os._exit(1)
    os._exit(0)


def _serve() -> None:
    for line in sys.stdin:
        last, *command = json.loads(line)
        if not (child := os.fork()):
            _child(last, *command)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    import django

    django.setup()
    _serve()
