"""requirements.txt installs with --require-hashes on every Python the portal names, not only on the one that compiled it."""

import re
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PINNED = re.findall(r"^([A-Za-z0-9._-]+)==", Path("requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
EXTRAS = {"psycopg": {"binary", "pool"}}


@pytest.mark.parametrize("python", ["3.11.0", "3.11.2", "3.12.0", "3.13.5"])
def test_every_package_finds_what_it_needs_among_the_pinned_ones(python: str) -> None:
    here = {"python_full_version": python, "python_version": python.rpartition(".")[0]}
    missing = {need for package in PINNED for need in needs(package, here)} - set(map(canonicalize_name, PINNED))
    assert not missing


def needs(package: str, here: dict[str, str]) -> set[str]:
    """What `package` wants on that Python, with the extras we ask of it."""
    extras = {"", *EXTRAS.get(package, ())}
    wanted = [Requirement(line) for line in requires(package) or []]
    applies = [one for one in wanted if not one.marker or any(one.marker.evaluate({**here, "extra": e}) for e in extras)]
    return {canonicalize_name(one.name) for one in applies}
