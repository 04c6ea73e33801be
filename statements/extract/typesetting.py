"""Typeset a tagged PDF (PDF/UA-1, letter size) with typst and its embedded fonts.

Knows no Django, so that the processes of `make_statements` start at once. A compiler may serve one thread at a
time: each document gets its own, which costs 3 ms; the fonts, which would cost more, are read once a process.
"""

import io
import json
import os
from functools import cache
from pathlib import Path
from typing import Any, cast

import pikepdf
import typst

TEMPLATE = Path(__file__).resolve().parent / "layout" / "extract.typ"


def typeset(texts: dict[str, Any]) -> bytes:
    """The PDF of the texts of `statements.extract.texts.texts_of`."""
    compiler = typst.Compiler(TEMPLATE, font_paths=_fonts(), ignore_system_fonts=True)
    pdf = compiler.compile(format="pdf", sys_inputs={"data": json.dumps(texts)}, pdf_standards=["ua-1"])
    return _smaller(cast(bytes, pdf))


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


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
