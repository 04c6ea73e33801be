"""Typeset a tagged PDF (PDF/UA-1, letter size) with typst and its embedded fonts.

Knows no Django, so that the processes of `make_statements` start at once. A compiler may serve one thread at a
time: each document gets its own, which costs 3 ms; the fonts, which would cost more, are read once a process.
"""

import io
import json
from functools import cache
from pathlib import Path
from typing import Any, cast

import pikepdf
import typst

TEMPLATE = Path(__file__).resolve().parent / "layout" / "extract.typ"


def typeset(texts: dict[str, Any], digest: str = "") -> bytes:
    """The PDF of the texts of `statements.extract.texts.texts_of`; it keeps the digest of its data for `files`."""
    return _smaller(compiled(texts), digest)


def compiled(texts: dict[str, Any]) -> bytes:
    """The PDF as typst makes it."""
    compiler = typst.Compiler(TEMPLATE, font_paths=_fonts(), ignore_system_fonts=True)
    pdf = compiler.compile(format="pdf", sys_inputs={"data": json.dumps(texts)}, pdf_standards=["ua-1"])
    return cast(bytes, pdf)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _smaller(pdf: bytes, digest: str) -> bytes:
    """The same document at a quarter of the size: typst leaves the tags of a table uncompressed."""
    smaller = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        if digest:
            document.docinfo["/DataDigest"] = digest
        document.save(smaller, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return smaller.getvalue()
