"""The rooms of the portal: imports and templates go down only, no circle, no file too long to read."""

import ast
import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.settings import ROOT

# Each app with the rooms right below it; what lies below those is allowed, too.
NEXT: dict[str, list[str]] = {
    "vault": [],
    "common": [],
    "audit": ["vault", "common"],
    "outbox": ["audit"],
    "ratelimits": ["audit"],
    "accounts": ["ratelimits", "outbox"],
    "registry": ["accounts"],
    "statements": ["accounts"],
    "recovery": ["accounts"],
    "backoffice": ["recovery", "statements", "registry"],
    "cooperen": ["backoffice"],
}
# Pure modules get everything as arguments: they use no clock, random source, database or request.
PURE = ["common/files/cells.py", "common/colombia/documents.py", "common/colombia/formats.py", "audit/chain.py"]
PURE += ["common/printable.py"]
PURE += [f"recovery/{name}.py" for name in ("addresses", "answer_groups", "masked_values", "measurement", "usable_facts")]
PURE += ["recovery/questions.py"]
IMPURE = {"django.db", "django.http", "django.utils.timezone", "secrets", "random", "time"}
TAG = re.compile(r"""\{%\s*(include|extends|url)\s+["']([^"']+)["']""")
LONGEST = 300  # lines of one file
ACCOUNTS = 4_000  # lines of the largest app, without migrations


def below(app: str) -> set[str]:
    """The app and every room under it."""
    return {app}.union(*(below(lower) for lower in NEXT[app]))


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


def modules() -> dict[str, Path]:
    """Every module of the apps by its dotted name, migrations left out."""
    paths = [path for app in NEXT for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


def needed_modules(path: Path, known: dict[str, Path]) -> set[str]:
    """The portal's own modules that this one imports when it is loaded, not inside its functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                found.add(module if module in known else str(node.module))
    return found & set(known)


def room_of(template: Path) -> str:
    """The app whose pages a template shows; what lies outside a folder is part of every page, of the lowest too."""
    folder = template.relative_to(ROOT / "templates").parts[0]
    return {"admin": "backoffice"}.get(folder, folder if folder in NEXT else "accounts")


def room_of_name(kind: str, name: str) -> str:
    """The app that an included template or a url name belongs to; "" for pages of everybody."""
    if kind != "url":
        return room_of(ROOT / "templates" / name)
    namespace = name.partition(":")[0] if ":" in name else ""
    return {"admin": "backoffice", "word_picture": "accounts"}.get(namespace, namespace)


@pytest.mark.parametrize("app", NEXT)
def test_an_app_imports_only_what_lies_below(app: str):
    others = set(NEXT) - below(app)
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in sorted((ROOT / app).rglob("*.py"))
        for name in imported(path)
        if name.split(".")[0] in others | {"tests"}
    ]
    assert wrong == []


def test_a_template_includes_and_links_only_what_lies_below():
    wrong = [
        f"{template.relative_to(ROOT)}: {kind} {name}"
        for template in sorted((ROOT / "templates").rglob("*.*"))
        for kind, name in TAG.findall(template.read_text(encoding="utf-8"))
        if room_of_name(kind, name) not in {"", *below(room_of(template))}
    ]
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle():
    known = modules()
    try:
        TopologicalSorter({name: needed_modules(path, known) for name, path in known.items()}).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_no_file_is_too_long_to_be_read_at_once():
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules().items()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}
    assert sum(lines for name, lines in lengths.items() if name.split(".")[0] == "accounts") < ACCOUNTS


@pytest.mark.parametrize("name", PURE)
def test_a_pure_module_is_told_what_it_needs(name: str):
    wrong = [what for what in imported(ROOT / name) for impure in IMPURE if f"{what}.".startswith(f"{impure}.")]
    assert wrong == []


def test_the_guard_sees_imports_inside_functions():
    assert any(name.startswith("django.conf") for name in imported(ROOT / "cooperen" / "style.py"))
