"""Goals 9 and 11: the operators' own measurements, as figures."""

import json
import subprocess
import sys
from typing import Any

from tests.bench.figures import Figure
from tests.bench.imports import ROOT

KEYS = 400


def imports(server: str, rows: int) -> Figure:
    """Goal 9, by `tests.bench.imports`."""
    found = _told("tests.bench.imports", str(rows), f"{server}/bench_imports")
    rates = {f"{name} /s": rate for name, rate in found["rows a second"].items()}
    return Figure(9, found["new / limit"], {"rows": rows, **rates, "all present ÷ COPY": found["all present / limit"]})


def keys(server: str) -> Figure:
    """Goal 11, by `tests.bench.keys`."""
    found = _told("tests.bench.keys", str(KEYS), str(KEYS), f"{server}/bench_keys")
    return Figure(11, found.pop("share"), {"members": KEYS, **found})


def _told(module: str, *words: str) -> dict[str, Any]:
    """The first thing a module says, which is JSON."""
    done = subprocess.run([sys.executable, "-m", module, *words], cwd=ROOT, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.JSONDecoder().raw_decode(done.stdout.decode().strip())[0]
    return found
