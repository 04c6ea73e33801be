"""Read a file row by row, as the tests compare it; the imports read whole columns."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from common.files.tables import Column, Reject, open_table


class Row(NamedTuple):
    line: int
    values: dict[str, str]  # canonical text by column name


def read_table(path: Path | str, columns: Sequence[Column]) -> Iterator[Row | Reject]:
    """The rows and rejects of each batch; raises Unreadable."""
    names = [column.name for column in columns]
    for batch in open_table(path, columns).batches():
        yield from batch.rejects
        for line, *values in zip(batch.lines, *batch.columns, strict=True):
            yield Row(line, dict(zip(names, values, strict=True)))
