"""Compare the installed packages with requirements.txt."""

import re
from importlib.metadata import PackageNotFoundError, version

from django.conf import settings


def compare_packages() -> tuple[int, list[str]]:
    """The number of pinned packages, and those that are missing or of another version."""
    wanted = dict(re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", _requirements(), re.MULTILINE))
    return len(wanted), [f"{name} {_installed(name)}" for name, number in wanted.items() if _installed(name) != number]


def _requirements() -> str:
    path = settings.BASE_DIR / "requirements.txt"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(falta)"
