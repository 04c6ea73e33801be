"""A stopped benchmark leaves no database and no server behind: the signal becomes an exit, so that every block ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def exit_when_stopped() -> None:
    """Ctrl-C, a closed terminal or `kill` once; what is being cleaned up then is not disturbed by a second one."""

    def leave(number: int, _: object) -> None:
        for stop in STOPS:
            signal.signal(stop, signal.SIG_IGN)
        sys.exit(128 + number)

    for stop in STOPS:
        signal.signal(stop, leave)


def told(module: str, *words: str) -> Any:
    """What a module of ours prints, which is JSON; it is ended with us, and cleans up itself."""
    process = subprocess.Popen([sys.executable, "-m", module, *words], cwd=ROOT, env=os.environ, stdout=subprocess.PIPE)
    try:
        out, _ = process.communicate()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if process.returncode:
        raise RuntimeError(f"{module} ended with {process.returncode}")
    return json.loads(out)
