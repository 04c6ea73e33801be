"""The systemd units: no core dumps, and a purge every hour."""

from pathlib import Path

import pytest

from tests.settings import ROOT

UNITS = ROOT / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_no_service_dumps_its_memory_or_writes_for_others(unit: Path) -> None:
    lines = unit.read_text(encoding="utf-8").splitlines()
    assert {"LimitCORE=0", "UMask=0077", "NoNewPrivileges=yes"} <= set(lines)


def test_the_purge_runs_every_hour() -> None:
    lines = (UNITS / "portal-purge.timer").read_text(encoding="utf-8").splitlines()
    assert "OnCalendar=*-*-* *:10 America/Bogota" in lines
