"""Every library the portal runs with has a licence that allows it to be passed on with the portal."""

import re
from importlib.metadata import metadata

from tests.settings import ROOT

ALLOWED = (
    "MIT",
    "BSD",
    "Apache",
    "PSF",
    "Python Software Foundation",
    "MPL",
    "Mozilla",
    "ISC",
    "HPND",
    "CMU",
    "LGPL",
    "Lesser General Public",
    "Unlicense",
)


def runtime() -> list[str]:
    return re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)


def licence_of(package: str) -> str:
    found = metadata(package)
    classified = [value for value in found.get_all("Classifier") or [] if value.startswith("License ::")]
    return " ".join([found.get("License-Expression") or "", *classified, (found.get("License") or "")[:100]]).strip()


def test_every_library_of_the_portal_has_an_allowed_licence() -> None:
    licences = {package: licence_of(package) for package in runtime()}
    assert {package: text for package, text in licences.items() if not any(word in text for word in ALLOWED)} == {}
