"""CSV files for people who open them in a spreadsheet: nothing in a cell is taken for a formula."""

import csv
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase

from common.files.downloads import csv_download, release_connection

T = TypeVar("T")
UTF8_MARK = "\ufeff"  # tells a spreadsheet how to read the accents
# What a spreadsheet takes for the beginning of a formula, also after white space.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def safe_cell(value: Any) -> str:
    """A text no spreadsheet computes: what could begin a formula gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip().startswith(FORMULA) or text.startswith(FORMULA) else text


class Line:
    """The csv module writes into this, and gets the line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(header: list[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The file line by line, semicolons between cells, as Colombian spreadsheets expect."""
    writer = csv.writer(Line(), delimiter=";")
    yield UTF8_MARK + writer.writerow(header)
    for row in rows:
        yield writer.writerow([safe_cell(cell) for cell in row])


def csv_response(name: str, header: list[str], rows: Iterable[Iterable[Any]]) -> HttpResponseBase:
    """A download of a bounded number of rows, made whole before it is sent."""
    return csv_download(name, csv_lines(header, rows))


def csv_stream(name: str, header: list[str], rows: Iterable[Iterable[Any]]) -> HttpResponseBase:
    """A download without bound, never whole anywhere: `rows` must hold no connection while a reader is slow (`in_batches`)."""
    response = StreamingHttpResponse(csv_lines(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def in_batches(read: Callable[[T | None], list[T]]) -> Iterator[T]:
    """Row after row of what `read` finds after the last one; between two batches no database connection is held."""
    rows = read(None)
    while rows:
        release_connection()
        yield from rows
        rows = read(rows[-1])
    release_connection()
