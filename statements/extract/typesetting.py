"""Typeset a member's monthly PDF (letter size), and write it to a file. Knows no Django, as `common.pdf`."""

import io
import os
from pathlib import Path
from typing import Any

import pikepdf

from common.pdf import tagged_pdf

TEMPLATE = Path(__file__).resolve().parent / "layout" / "extract.typ"


def typeset(texts: dict[str, Any]) -> bytes:
    """The PDF of the texts of `statements.extract.texts.texts_of`. Raises NotTypeset."""
    return _smaller(tagged_pdf(TEMPLATE, texts))


def _smaller(pdf: bytes) -> bytes:
    """The same document at a quarter of the size: typst leaves the tags of a table uncompressed."""
    smaller = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(smaller, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return smaller.getvalue()


def typeset_into(path: Path, texts: dict[str, Any]) -> None:
    """Write the PDF for its owner's eyes only; it has its name once it is whole."""
    unfinished = path.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(typeset(texts))
    unfinished.replace(path)
