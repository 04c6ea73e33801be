"""Downloads that are complete before the first byte is sent.

So a slow reader holds neither a database connection nor the concurrency limit, and an error gives a page, not half a file.
"""

from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile

from django.db import close_old_connections, connection
from django.http import StreamingHttpResponse

IN_MEMORY = 1 << 20  # bytes; larger files go to an anonymous temporary file
PIECE = 1 << 16  # bytes


def csv_download(name: str, lines: Iterable[str]) -> StreamingHttpResponse:
    """A CSV file of these lines."""
    file = SpooledTemporaryFile(IN_MEMORY)
    for line in lines:
        file.write(line.encode())
    size = file.tell()
    file.seek(0)
    release_connection()
    response = StreamingHttpResponse(_pieces(file), content_type="text/csv; charset=utf-8")
    response["Content-Length"] = str(size)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def release_connection() -> None:
    """Return this thread's connection to the pool, which it would otherwise hold until the last byte is sent."""
    if not connection.in_atomic_block:
        close_old_connections()


def _pieces(file: "SpooledTemporaryFile[bytes]") -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece
