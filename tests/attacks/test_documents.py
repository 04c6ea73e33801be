"""Files and tests named in the threat model and the ASVS table exist, and their numbers are the code's."""

import re

from accounts.keys import common_keys
from tests.attacks.odds import chance, five_digits
from tests.attacks.popularity import allowed_by_popularity
from tests.settings import ROOT

THREATS = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
ASVS = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")


def test_every_file_the_asvs_table_names_is_there() -> None:
    for path in re.findall(r"`(\w+/test_\w+\.py|attacks/\w+\.py|faults/\w+\.py)", ASVS):
        assert (ROOT / "tests" / path).exists(), path


def test_every_test_the_asvs_table_names_is_there() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    for name in re.findall(r"::(\w+)", ASVS):
        assert f"def {name}(" in code, name


def test_the_figures_of_the_threat_model_are_those_of_the_code() -> None:
    for human, email in ((False, False), (True, False), (False, True), (True, True)):
        assert f"**{chance(human, email):.3%}**".replace("%", " %") in THREATS
    assert f"{len(common_keys()):,}" in THREATS
    assert f"{len(allowed_by_popularity()):,}" in THREATS
    assert f"= {five_digits()} |" in THREATS
