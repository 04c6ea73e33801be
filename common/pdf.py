"""Typeset a tagged PDF (PDF/UA-1) with typst and its embedded fonts: it looks the same on every machine.

Does not import Django, so that the processes of `make_statements` start quickly. A compiler may serve one thread at a
time: each document gets its own, which costs 3 ms; the fonts, which would cost more, are read once a process.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst

from common.printable import printable_texts


class NotTypeset(Exception):
    """Typst refuses the document; the text is typst's, for the log."""


def tagged_pdf(template: Path, data: dict[str, Any]) -> bytes:
    """The PDF of a template that reads `data` as JSON; what its fonts lack is substituted. Raises NotTypeset."""
    compiler = typst.Compiler(template, font_paths=_fonts(), ignore_system_fonts=True)
    inputs = {"data": json.dumps(printable_texts(data))}
    try:
        return cast(bytes, compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"]))
    except typst.TypstError as error:
        raise NotTypeset(str(error)) from error


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
