"""README and docs name only what exists, name all of it, and use the standard words."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.settings import ROOT
from tests.test_layers import NEXT

README = (ROOT / "README.md").read_text(encoding="utf-8")
# Commands of the development: nobody runs them on the portal.
UNTOLD: set[str] = set()


def test_every_command_is_told_in_the_readme_and_every_told_one_exists():
    there = {path.stem for path in ROOT.glob("*/management/commands/*.py") if path.stem != "__init__"} - UNTOLD
    table = README.split("| command of `manage.py` | does |")[1].split("\n\n")[0]
    told = {name for line in table.splitlines() for name in re.findall(r"`(\w+)`", line.split("|")[1] if "|" in line else "")}
    assert told == there


def test_every_link_and_picture_of_the_readme_is_there():
    wanted = re.findall(r'\]\((?!http)([^)#]+)\)|src="([^"]+)"', README)
    missing = [path for pair in wanted for path in pair if path and not (ROOT / path).exists()]
    assert missing == []


def test_every_verb_of_make_is_explained():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    explained = set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE))
    assert explained == set(phony[1].split())


def test_every_app_is_on_the_map():
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert {name for name in apps if f"`{name}/`" in README} == apps


DOCS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
# In backticks: a path of this repository, or a file's name alone. Paths of a server begin with `/` and are not ours.
SUFFIXES = "py|md|html|css|js|typ|txt|conf|in|example|toml|service|timer|pdf"
NAMED = re.compile(rf"`(\w[\w./-]*\.(?:{SUFFIXES})|\w[\w./-]*/|\w+)(?:::(\w+))?`")
MODULE = re.compile(r"python -m (tests(?:\.\w+)+)")
DECISION = re.compile(r"decisions?[ /]#?(\d+)")
OUTSIDE = {"axe.min.js", "input.html", "artefacts/screens/"}  # in packages; made by a run of the tests
# Spelled so that a search for one of these words does not find this line.
PRIVATE_WORDS = re.compile(r"\b(sieges?|turnstiles?|dee(ds?)|budge(ts?)|whoever)\b", re.IGNORECASE)


def lines_of_docs() -> Iterator[tuple[str, str]]:
    for path in DOCS:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{path.relative_to(ROOT)}:{number}", line


def lines_of_code() -> Iterator[tuple[str, str]]:
    """Docstrings and comments of the apps and the tests."""
    files = (path for room in (*NEXT, "tests") for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)
    for path in sorted(files):
        text, where = path.read_text(encoding="utf-8"), path.relative_to(ROOT)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                yield f"{where} {getattr(node, 'name', '')}", ast.get_docstring(node) or ""
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield f"{where}:{token.start[0]}", token.string


@cache
def tracked(path: str) -> list[Path]:
    """Where a path of the docs leads: below the root, `tests/` or `tests/attacks/`; a name alone may be anywhere in an app."""
    if "/" in path.rstrip("/"):
        places = [ROOT / path, ROOT / "tests" / path]
    else:
        rooms = [folder for folder in ROOT.iterdir() if folder.is_dir() and not folder.name.startswith(".")]
        places = [ROOT / path, *(found for room in rooms for found in room.rglob(path.rstrip("/")))]
    return [place for place in places if place.exists()]


def test_every_path_named_in_docs_and_code_exists():
    wrong = []
    for where, line in [*lines_of_docs(), *lines_of_code()]:
        for path, function in NAMED.findall(line):
            if ("." in path or "/" in path) and path not in OUTSIDE:
                found = tracked(path)
                wrong += [] if found else [f"{where} {path}"]
                if function and found and not any(f"def {function}(" in each.read_text(encoding="utf-8") for each in found):
                    wrong.append(f"{where} {path}::{function}")
    assert wrong == []


def test_every_module_and_decision_named_in_docs_and_code_exists():
    wrong = []
    numbers = {int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("0*.md")}
    for where, line in [*lines_of_docs(), *lines_of_code()]:
        for module in MODULE.findall(line):
            path = ROOT / module.replace(".", "/")
            wrong += [] if path.with_suffix(".py").exists() or path.is_dir() else [f"{where} {module}"]
        wrong += [f"{where} decision {number}" for number in DECISION.findall(line) if int(number) not in numbers]
    assert wrong == []


def test_docs_and_code_use_the_standard_words():
    """A stored name (a value in quotes or backticks) may keep an old word."""
    text = [(where, re.sub(r"`[^`]*`", "", line)) for where, line in [*lines_of_docs(), *lines_of_code()]]
    assert [(where, line) for where, line in text if PRIVATE_WORDS.search(line)] == []


def test_the_index_of_decisions_lists_every_file_with_its_title_and_what_replaced_it():
    folder = ROOT / "docs" / "decisions"
    expected = []
    for path in sorted(folder.glob("0*.md")):
        text = path.read_text(encoding="utf-8")
        title = re.match(r"# (\d+)\. (.+)\n", text)
        assert title, path.name
        assert int(title[1]) == int(path.name[:4])
        replaced = re.search(r"^\*Replaced by decision (\d+)", text, re.MULTILINE)
        expected.append((title[1], path.name, title[2], replaced[1] if replaced else ""))
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| \[(\d+)\]\(([^)]+)\) \| (.+?) \| .+? \| (\d*) ?\|$", index, re.MULTILINE) == expected


def test_the_index_of_decisions_names_the_numbers_never_used():
    folder = ROOT / "docs" / "decisions"
    used = {int(path.name[:4]) for path in folder.glob("0*.md")}
    (sentence,) = re.findall(r"Numbers (.+) were never used", (folder / "README.md").read_text(encoding="utf-8"))
    spans = re.findall(r"(\d+)(?: to (\d+))?", sentence)
    unused = {number for first, last in spans for number in range(int(first), int(last or first) + 1)}
    assert unused == set(range(1, max(used))) - used


def test_the_map_says_which_rooms_each_room_imports():
    rows = re.findall(r"^\| `(\w+)/` \| .+ \| (.+?) \|$", README.split("## Map of the code")[1], re.MULTILINE)
    assert {room: re.findall(r"`(\w+)/`", below) for room, below in rows} == NEXT
