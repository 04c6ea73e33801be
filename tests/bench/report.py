"""The figures of the last run of each goal, as JSON and as the tables of docs/benchmarks.md."""

import json
import os
import platform
import subprocess
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.figures import GOALS, MAIN, Figure
from tests.bench.peers import ALLAUTH
from tests.bench.signals import ROOT

JSON = ROOT / "artefacts" / "bench.json"
PAGE = ROOT / "docs" / "benchmarks.md"
FIGURES, BOUNDS, PLANS = "figures", "bounds", "plans"  # the parts of the page that are written here
PACKAGES = ("Django", "granian", "psycopg", "argon2-cffi", "typst")
HEAD = ["| # | measure | figure | goal | moonshot | | made of | taken (UTC), load |", "| --- " * 8 + "|"]


def say(figure: Figure) -> None:
    print(f"{figure.number:2} {figure.value:8.3g}  {figure.result:14} {_beside(figure.beside)}", flush=True)


def keep(figure: Figure) -> None:
    """Add one figure to both files."""
    kept: dict[str, Any] = json.loads(JSON.read_text()) if JSON.exists() else {}
    taken = {"at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M"), "load": round(os.getloadavg()[0], 1), "machine": machine()}
    kept[str(figure.number)] = asdict(figure) | taken
    JSON.parent.mkdir(exist_ok=True)
    JSON.write_text(json.dumps(kept, indent=1, ensure_ascii=False))
    newest = max(kept.values(), key=lambda one: one["at"])["machine"]
    page = PAGE.read_text().splitlines()
    rows = {number: _row(number, kept.get(str(number)), page) for number in GOALS}
    _write(FIGURES, [newest, "", *HEAD, *(rows[number] for number in MAIN)])
    _write(BOUNDS, [*HEAD, *(rows[number] for number in GOALS if number not in MAIN)])


def keep_plans(plans: dict[str, list[str]]) -> None:
    """The query plans, each under the size of its portal."""
    _write(PLANS, [line for name, plan in plans.items() for line in (f"{name}:", "", "```", *plan, "```", "")][:-1])


def _write(part: str, lines: list[str]) -> None:
    """Replace what stands between the two marks of this part."""
    begin, end = f"<!-- {part} -->", f"<!-- end of {part} -->"
    before, _, rest = PAGE.read_text().partition(begin)
    PAGE.write_text("\n".join([before + begin, "", *lines, "", end + rest.partition(end)[2]]))


def _row(number: int, taken: dict[str, Any] | None, page: list[str]) -> str:
    """The row of a goal; that of the page where only another checkout knows its figure."""
    goal = GOALS[number]
    sign = "≥" if goal.at_least else "≤"
    bounds = f"{sign} {goal.goal} | " + ("" if goal.moonshot is None else f"{sign} {goal.moonshot}")
    if taken is None:
        unknown = f"| {number} | {goal.measure} | – | {bounds} | not measured yet | | |"
        return next((line for line in page if line.startswith(f"| {number} | {goal.measure} |")), unknown)
    figure = Figure(number, taken["value"], taken["beside"])
    found = f"{figure.result} | {_beside(figure.beside)} | {taken['at']}, {taken['load']}"
    return f"| {number} | {goal.measure} | **{figure.value:.3g}** | {bounds} | {found} |"


def _beside(beside: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in beside.items())


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
    return f"{value}"


def machine() -> str:
    """Processor, cores, system and versions, in one line."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
    database = subprocess.run(["psql", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    versions = f"Python {platform.python_version()}, PostgreSQL {database}, {packages}, {ALLAUTH.replace('==', ' ')}"
    return f"{os.cpu_count()} cores ({model}), {system}, {versions}."
