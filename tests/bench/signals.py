"""Turn signals into an exit, so that a stopped benchmark drops its databases and ends its servers."""

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
    """Exit at the first Ctrl-C, hang-up or `kill`; further ones do not disturb the clean-up."""

    def leave(number: int, _: object) -> None:
        for stop in STOPS:
            signal.signal(stop, signal.SIG_IGN)
        sys.exit(128 + number)

    for stop in STOPS:
        signal.signal(stop, leave)


def run_module(module: str, *words: str) -> Any:
    """The JSON that a module prints. Its process ends with this one and cleans up itself."""
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
