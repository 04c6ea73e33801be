"""Runs a command in a process of its own that kills itself, as `kill -9` would, where it is told to.

`python -m tests.killed FUNCTION TIMES COMMAND …`: at the call number TIMES of FUNCTION (dotted; «after:» in
front: when it returns) the process is gone.
"""

import os
import signal
import subprocess
import sys
from importlib import import_module
from typing import Any
from urllib.parse import quote

from tests.settings import ROOT


def database_url() -> str:
    """Where the running test's database is, for another process."""
    from django.db import connection

    its = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{its['NAME']}"
    return f"postgres://{its['USER']}:{quote(its['PASSWORD'])}@{its['HOST']}:{its['PORT']}/{its['NAME']}"


def run_killed(where: str, times: int, *command: str) -> int:
    """The exit code of the command, killed at call number `times` of `where`; -9 when it came there."""
    environment = os.environ | {"TEST_DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    line = [sys.executable, "-m", "tests.killed", where, str(times), *command]
    return subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, timeout=60, check=False).returncode


def _arm(where: str, times: int) -> None:
    after = where.startswith("after:")
    owner_name, name = where.removeprefix("after:").rsplit(".", 1)
    owner = _found(owner_name.removesuffix(":"))
    original = getattr(owner, name)
    calls = 0

    def armed(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        result = original(*args, **kwargs) if after or calls < times else None
        if calls == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, armed)


def _found(dotted: str) -> Any:
    module, _, inner = dotted.partition(":")
    found: Any = import_module(module)
    for part in filter(None, inner.split(".")):
        found = getattr(found, part)
    return found


if __name__ == "__main__":
    import django

    django.setup()
    from accounts.initial_keys import batches

    batches.BATCH = 3
    _arm(sys.argv[1], int(sys.argv[2]))
    from django.core.management import call_command

    call_command(*sys.argv[3:])
