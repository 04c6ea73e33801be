"""Typeset a member's monthly PDF (letter size). Knows no Django, as `common.pdf`."""

import io
from pathlib import Path
from typing import Any

import pikepdf

from common.pdf import tagged_pdf

TEMPLATE = Path(__file__).resolve().parent / "layout" / "extract.typ"


def typeset(texts: dict[str, Any], digest: str = "") -> bytes:
    """The PDF of the texts of `statements.extract.texts.texts_of`; it keeps the digest of its data for `files`.

    Raises NotTypeset.
    """
    return _smaller(tagged_pdf(TEMPLATE, texts), digest)


def _smaller(pdf: bytes, digest: str) -> bytes:
    """The same document at a quarter of the size: typst leaves the tags of a table uncompressed."""
    smaller = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        if digest:
            document.docinfo["/DataDigest"] = digest
        document.save(smaller, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return smaller.getvalue()
