"""The figures of the last run of each goal, as JSON and as the table of docs/benchmarks.md."""

import json
import os
import platform
import subprocess
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.figures import GOALS, Figure
from tests.bench.imports import ROOT
from tests.bench.peers import ALLAUTH

JSON = ROOT / "artefacts" / "bench.json"
TABLE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
PACKAGES = ("Django", "granian", "psycopg", "argon2-cffi", "typst")


def keep(figure: Figure) -> None:
    """Add one figure to both files, and say it."""
    kept: dict[str, Any] = json.loads(JSON.read_text()) if JSON.exists() else {}
    taken = {"at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"), "load": round(os.getloadavg()[0], 1), "machine": machine()}
    kept[str(figure.number)] = asdict(figure) | taken
    JSON.parent.mkdir(exist_ok=True)
    JSON.write_text(json.dumps(kept, indent=1, ensure_ascii=False))
    write_table(kept)
    print(f"{figure.number:2} {figure.value:8.2f}  {figure.verdict:14} {_beside(figure.beside)}", flush=True)


def write_table(kept: dict[str, Any]) -> None:
    text = TABLE.read_text()
    before, _, rest = text.partition(BEGIN)
    rows = [_row(number, kept.get(str(number))) for number in GOALS]
    head = ["| # | measure | figure | goal | moonshot | | made of | taken (UTC), load |", "| --- " * 8 + "|"]
    newest = max(kept.values(), key=lambda one: one["at"])["machine"]
    TABLE.write_text("\n".join([before + BEGIN, "", newest, "", *head, *rows, "", END + rest.partition(END)[2]]))


def _row(number: int, taken: dict[str, Any] | None) -> str:
    goal = GOALS[number]
    sign = "≥" if goal.at_least else "≤"
    bounds = f"{sign} {goal.goal} | {sign} {goal.moonshot}"
    if taken is None:
        return f"| {number} | {goal.measure} | – | {bounds} | not measured yet | | |"
    figure = Figure(number, taken["value"], taken["beside"])
    found = f"{figure.verdict} | {_beside(figure.beside)} | {taken['at']}, {taken['load']}"
    return f"| {number} | {goal.measure} | **{figure.value:.3g}** | {bounds} | {found} |"


def _beside(beside: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in beside.items())


def machine() -> str:
    """Processor, cores, system and versions, in one line."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
    database = subprocess.run(["psql", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    versions = f"Python {platform.python_version()}, PostgreSQL {database}, {packages}, {ALLAUTH.replace('==', ' ')}"
    return f"{os.cpu_count()} cores ({model}), {system}, {versions}."
