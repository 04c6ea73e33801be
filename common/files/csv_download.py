"""CSV downloads for spreadsheets, protected against formula injection (CWE-1236)."""

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase

from common.files.downloads import csv_download, release_connection

T = TypeVar("T")
UTF8_MARK = "\ufeff"  # byte order mark: tells a spreadsheet that the file is UTF-8
# Characters that begin a formula in a spreadsheet, also after white space (OWASP, «CSV Injection»).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def safe_cell(value: Any) -> str:
    """The text, with an apostrophe in front if a spreadsheet could take it for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip().startswith(FORMULA) or text.startswith(FORMULA) else text


class Line:
    """A file-like object whose `write` returns the line that `csv.writer` formats."""

    def write(self, line: str) -> str:
        return line


def csv_lines(header: list[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The lines of the file, with semicolons between cells, as Colombian spreadsheets expect."""
    writer = csv.writer(Line(), delimiter=";")
    yield UTF8_MARK + writer.writerow(header)
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def csv_response(name: str, header: list[str], rows: Iterable[Iterable[Any]]) -> HttpResponseBase:
    """A download with a bounded number of rows, complete before it is sent."""
    return csv_download(name, csv_lines(header, rows))


def csv_stream(name: str, header: list[str], rows: Iterable[Iterable[Any]]) -> HttpResponseBase:
    """A streamed download of any length. `rows` must hold no database connection between rows: see `in_batches`."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def in_batches(read: Callable[[T | None], list[T]]) -> Iterator[T]:
    """The rows of all batches that `read` returns after the last row; holds no database connection between batches."""
    rows = read(None)
    while rows:
        release_connection()
        yield from rows
        rows = read(rows[-1])
    release_connection()
