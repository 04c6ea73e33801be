"""What the README promises is there, and what is there is in the README."""

import re

from tests.settings import ROOT

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
