"""Imports go down only: an app knows the ones below it, never the ones above, not even inside a function."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.settings import ROOT

BELOW = {
    "vault": set(),
    "audit": {"vault"},
    "outbox": {"audit", "vault"},
    "accounts": {"outbox", "audit", "vault"},
    "recovery": {"accounts", "outbox", "audit", "vault"},
    "statements": {"accounts", "outbox", "audit", "vault"},
    "backoffice": {"recovery", "statements", "accounts", "outbox", "audit", "vault"},
    "cooperen": {"backoffice", "recovery", "statements", "accounts", "outbox", "audit", "vault"},
}
# `pure` modules are told everything: they know no clock, chance, database or request.
PURE = ["accounts/cells.py", "accounts/documents.py", "accounts/es_co.py", "audit/chain.py"]
PURE += ["recovery/facts.py", "recovery/frequencies.py", "recovery/questions.py"]
PURE += [f"recovery/{name}.py" for name in ("addresses", "answer_groups", "masked_values", "measurement", "usable_facts")]
PURE += ["recovery/multiple_choice.py"]
IMPURE = {"django.db", "django.http", "django.utils.timezone", "secrets", "random", "time"}


def imported(path: Path) -> Iterator[str]:
    """Dotted names of everything a file imports, wherever in it, relative ones resolved."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = f"{base}.{node.module or ''}".strip(".")
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "import_module":
            yield from (str(argument.value) for argument in node.args[:1] if isinstance(argument, ast.Constant))


@pytest.mark.parametrize("app", BELOW)
def test_an_app_imports_only_what_lies_below(app: str):
    others = set(BELOW) - BELOW[app] - {app}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / app).rglob("*.py"))
        for name in imported(path)
        if name.split(".")[0] in others | {"tests"}
    ]
    assert wrong == []


@pytest.mark.parametrize("name", PURE)
def test_a_pure_module_is_told_what_it_needs(name: str):
    wrong = [what for what in imported(ROOT / name) for impure in IMPURE if f"{what}.".startswith(f"{impure}.")]
    assert wrong == []


def test_the_guard_sees_imports_inside_functions():
    assert any(name.startswith("django.conf") for name in imported(ROOT / "cooperen" / "style.py"))
