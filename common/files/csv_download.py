"""The one writer of CSV files for people: UTF-8 with BOM, `;`, CRLF, protected against formula injection (CWE-1236).

A download is made whole before its first byte is sent: a slow reader holds neither a database connection nor the concurrency
limit, and what cannot be read is an error page instead of half a file.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import Any, Protocol, TypeVar

from django.db import close_old_connections, connection
from django.http import StreamingHttpResponse

T = TypeVar("T")
IN_MEMORY = 1 << 20  # bytes; a larger download goes to a file without a name that is gone with the answer
PIECE = 1 << 16  # bytes
UTF8_MARK = "\ufeff"  # byte order mark: tells a spreadsheet that the file is UTF-8
# Characters that begin a formula in a spreadsheet, also after white space (OWASP, «CSV Injection»).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


class _Writable(Protocol):
    def write(self, text: str, /) -> Any: ...


class _Line:
    """A file-like object whose `write` returns the line that `csv.writer` formats."""

    def write(self, line: str, /) -> str:
        return line


def row_writer(file: _Writable) -> Callable[[Iterable[Any]], Any]:
    """A function that writes one row of cells into `file`; it returns what the file's `write` returns."""
    write = csv.writer(file, delimiter=";").writerow
    return lambda cells: write([safe_cell(cell) for cell in cells])


def safe_cell(value: Any) -> str:
    """The text of a cell: an apostrophe before what could begin a formula, a decimal comma in an amount, "" for None."""
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", ",")
    text = "" if value is None else str(value)
    return text if text[:1].isalnum() or not _could_be_formula(text) else f"'{text}"


def without_apostrophe(cell: str) -> str:
    """The text that `safe_cell` was given, for files of ours that come back."""
    return cell[1:] if cell.startswith("'") and _could_be_formula(cell[1:]) else cell


def _could_be_formula(text: str) -> bool:
    """Also with apostrophes before it, so that `without_apostrophe` gives every text back as it was."""
    bare = text.lstrip("'")
    return bare.startswith(FORMULA) or bare.lstrip().startswith(FORMULA)


def csv_lines(header: Sequence[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """The file line by line."""
    write = row_writer(_Line())
    yield UTF8_MARK + write(header)
    yield from map(write, rows)


def csv_response(name: str, header: Sequence[str], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A download of a bounded number of rows, made whole before it is sent."""
    file = SpooledTemporaryFile(IN_MEMORY)
    for line in csv_lines(header, rows):
        file.write(line.encode())
    size = file.tell()
    file.seek(0)
    release_connection()
    return _attachment(name, _pieces(file), {"Content-Length": str(size)})


def csv_stream(name: str, header: Sequence[str], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A download without bound, never whole anywhere: `rows` must hold no connection while a reader is slow (`in_batches`)."""
    return _attachment(name, csv_lines(header, rows), {})


def in_batches(read: Callable[[T | None], list[T]]) -> Iterator[T]:
    """The rows of all batches that `read` returns after the last row; holds no database connection between batches."""
    rows = read(None)
    while rows:
        release_connection()
        yield from rows
        rows = read(rows[-1])
    release_connection()


def release_connection() -> None:
    """Hand this thread's database connection back; it would keep it until the last byte is sent."""
    if not connection.in_atomic_block:
        close_old_connections()


def _attachment(name: str, content: Iterable[str | bytes], headers: dict[str, str]) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'} | headers
    return StreamingHttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


def _pieces(file: "SpooledTemporaryFile[bytes]") -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
