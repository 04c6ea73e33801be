"""Write monthly PDFs to files; a file whose data have not changed stays.

Knows no Django, so that the processes of `make_statements` start at once.
"""

import json
import os
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pikepdf

from statements.extract.typesetting import TEMPLATE, typeset


def write_extract(path: Path, texts: dict[str, Any]) -> bool:
    """Typeset the texts into `path`, readable by its owner only; False if a file of the same data is there already."""
    digest = _digest(texts)
    if _digest_in(path) == digest:
        return False
    pdf = typeset(texts, digest)
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pdf)
    unfinished.replace(path)
    return True


def _digest(texts: dict[str, Any]) -> str:
    return sha256(_layout() + json.dumps(texts, sort_keys=True).encode()).hexdigest()


@cache
def _layout() -> bytes:
    return TEMPLATE.read_bytes()


def _digest_in(path: Path) -> str | None:
    """The digest that `typeset` left in the file; None if there is no file, or it cannot be read."""
    try:
        with pikepdf.open(path) as document:
            return str(document.docinfo.get("/DataDigest", ""))
    except (OSError, pikepdf.PdfError):
        return None
