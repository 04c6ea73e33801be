"""Read CSV and XLSX files in batches of typed rows, in constant memory.

    table = open_table(path, COLUMNS)          # Unreadable: the whole file is refused, with a sentence
    for batch in table.batches():              # Batch(rows, rejects)
        for row in batch.rows: row[0] is the line, row[table.at["documento"]] the document
        batch.lines, batch.columns: the same by column, for what must be fast

`read_table(path, columns)` yields single `Row` and `Reject` objects. Values are canonical texts (see `cells.py`); a column
that the file lacks is `""` in every row and not in `table.present`.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress, islice
from pathlib import Path
from typing import NamedTuple

from common.files.cells import Kind, plain
from common.files.csv_download import without_apostrophe
from common.files.encoding import Unreadable, open_text
from common.files.xlsx import UnreadableSheet, read_sheet

BATCH = 1_000  # rows per batch: 2 MiB of a members file, which fits the processor's cache
LARGEST_CELL = 20_000  # characters; a longer cell is an unclosed quote
REPORT_COLUMNS = ("linea", "columna", "motivo")  # a corrected rejects file can be imported as it is

__all__ = ["Batch", "Column", "Reject", "Row", "Table", "Unreadable", "open_table", "read_table"]


@dataclass(frozen=True)
class Column:
    """A column that the file may have; a required one must be present and filled in every row."""

    name: str
    kind: Kind
    required: bool = False


class Row(NamedTuple):
    line: int
    values: dict[str, str]  # canonical text by column name


class Reject(NamedTuple):
    line: int
    column: str
    reason: str
    cells: Sequence[str]  # as in the file


class Batch(NamedTuple):
    lines: Sequence[int]  # the line each row begins on
    columns: list[Sequence[str]]  # canonical texts, in the order of the columns asked for
    rejects: list[Reject]

    @property
    def rows(self) -> list[tuple]:
        """The line, then one text a column."""
        return list(zip(self.lines, *self.columns, strict=True))


@dataclass
class Table:
    """An open file with a valid header, whose rows are not read yet."""

    header: list[str]
    columns: Sequence[Column]
    raw: Iterator["RawBatch"] = field(repr=False)

    @property
    def present(self) -> frozenset[str]:
        return frozenset(self.header)

    @property
    def at(self) -> dict[str, int]:
        """The index of each column in a batch's rows, by name."""
        return {column.name: position for position, column in enumerate(self.columns, start=1)}

    def batches(self) -> Iterator[Batch]:
        for raw in self.raw:
            rejects: list[Reject] = []
            raw = self._of_right_width(raw, rejects)
            yield self._typed(raw, rejects)

    def _typed(self, raw: "RawBatch", rejects: list[Reject]) -> Batch:
        read, bad = self._read_columns(raw.rows)
        if not bad:
            return Batch(raw.lines, read, rejects)
        rejects += [Reject(raw.lines[at], *why, raw.rows[at]) for at, why in sorted(bad.items())]
        good = [at not in bad for at in range(len(raw.rows))]
        return Batch(list(compress(raw.lines, good)), [list(compress(cells, good)) for cells in read], rejects)

    def _of_right_width(self, raw: "RawBatch", rejects: list[Reject]) -> "RawBatch":
        width = len(self.header)
        if set(map(len, raw.rows)) == {width}:
            return raw
        good = []
        for line, cells in zip(raw.lines, raw.rows, strict=True):
            cells = _without_empty_tail(cells, width)
            if len(cells) == width:
                good.append((line, cells))
            else:
                rejects.append(Reject(line, "", f"la fila tiene {len(cells)} columnas y el encabezado {width}", cells))
        return RawBatch([line for line, _ in good], [cells for _, cells in good])

    def _read_columns(self, rows: list[list[str]]) -> tuple[list[Sequence[str]], dict[int, tuple[str, str]]]:
        """The typed columns, and for each bad row its first bad column and the reason."""
        in_file = dict(zip(self.header, zip(*rows, strict=True), strict=False))
        read: list[Sequence[str]] = []
        bad: dict[int, tuple[str, str]] = {}
        for column in self.columns:
            cells = in_file.get(column.name)
            values, wrong = column.kind.read(cells) if cells else ([""] * len(rows), {})
            if column.required and "" in values:
                wrong = {at: "está vacía" for at, value in enumerate(values) if not value} | wrong
            for at, reason in wrong.items():
                bad.setdefault(at, (column.name, reason))
            read.append(values)
        return read, bad


class RawBatch(NamedTuple):
    lines: Sequence[int]  # the line each row begins on
    rows: list[list[str]]


def open_table(path: Path | str, columns: Sequence[Column]) -> Table:
    """The table in a CSV or XLSX file. It and its batches raise Unreadable, with a Spanish sentence."""
    raw = _raw_batches(Path(path), columns)
    lines, rows = next(raw, RawBatch([], []))
    if not rows:
        raise Unreadable("El archivo está vacío: la primera fila debe llevar los nombres de las columnas.")
    header = [_column_name(cell) for cell in _without_empty_tail(rows[0], 0)]
    _check_header(header, columns)
    batches = chain([RawBatch(lines[1:], rows[1:])], raw)
    return Table(header, columns, map(_as_it_stood, batches) if set(REPORT_COLUMNS) <= set(header) else batches)


def read_table(path: Path | str, columns: Sequence[Column]) -> Iterator[Row | Reject]:
    """Rows and rejects one by one, where speed does not matter."""
    names = [column.name for column in columns]
    for batch in open_table(path, columns).batches():
        yield from batch.rejects
        yield from (Row(line, dict(zip(names, values, strict=True))) for line, *values in batch.rows)


# ---- header ------------------------------------------------------------------------------------------------------


def _column_name(cell: str) -> str:
    return plain(cell).replace(" ", "_")


def _check_header(header: list[str], columns: Sequence[Column]) -> None:
    known = {column.name for column in columns} | set(REPORT_COLUMNS)
    unknown = [name or "(sin nombre)" for name in header if name not in known]
    missing = [column.name for column in columns if column.required and column.name not in header]
    twice = sorted({name for name in header if header.count(name) > 1})
    for names, sentence in (
        (unknown, "El archivo tiene columnas que no se conocen: {}. Las que puede llevar son: " + _list(columns) + "."),
        (missing, "Al archivo le faltan columnas: {}."),
        (twice, "El archivo tiene columnas repetidas: {}."),
    ):
        if names:
            raise Unreadable(sentence.format(", ".join(name[:40] for name in names[:20])))


def _list(columns: Sequence[Column]) -> str:
    return ", ".join(column.name for column in columns)


def _as_it_stood(batch: RawBatch) -> RawBatch:
    """Rows of a rejects file, without what made their cells safe for a spreadsheet."""
    return RawBatch(batch.lines, [[without_apostrophe(cell) for cell in cells] for cells in batch.rows])


# ---- rows with their line numbers ----------------------------------------------------------------------------------


def _raw_batches(path: Path, columns: Sequence[Column]) -> Iterator[RawBatch]:
    """Every row that is not empty, with its first line's number."""
    for raw in _batches_of_sheet(path) if _is_book(path) else _batches_of_text(path, columns):
        if not all(map(any, raw.rows)):
            kept = [at for at, cells in enumerate(raw.rows) if any(cells)]
            raw = RawBatch([raw.lines[at] for at in kept], [raw.rows[at] for at in kept])
        if raw.rows:
            yield raw


def _is_book(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except OSError as error:
        raise Unreadable(f"No se pudo abrir el archivo {path}: {error.strerror}.") from None


def _batches_of_sheet(path: Path) -> Iterator[RawBatch]:
    try:
        rows = read_sheet(path)
        last = 0
        while some := list(islice(rows, BATCH)):
            yield RawBatch(range(last + 1, last + len(some) + 1), some)
            last += len(some)
    except UnreadableSheet as error:
        raise Unreadable(str(error)) from None


def _batches_of_text(path: Path, columns: Sequence[Column]) -> Iterator[RawBatch]:
    csv.field_size_limit(LARGEST_CELL)
    with open_text(path) as file:
        reader = csv.reader(file, delimiter=_delimiter(path, columns))
        last = 0
        try:
            while rows := list(islice(reader, BATCH)):
                yield RawBatch(_lines_of(rows, last, reader.line_num), rows)
                last = reader.line_num
        except csv.Error:
            raise Unreadable(
                f"Cerca de la línea {reader.line_num} hay un dato de más de {LARGEST_CELL} letras, o unas comillas"
                " que no se cierran. Corrija el archivo e intente de nuevo."
            ) from None


def _lines_of(rows: list[list[str]], last: int, end: int) -> Sequence[int]:
    """The first line's number of each row after line `last`; cells may contain line breaks."""
    if end - last == len(rows):
        return range(last + 1, end + 1)
    lines, line = [], last + 1
    for cells in rows:
        lines.append(line)
        line += 1 + sum(len(re.findall(r"\r\n|\r|\n", cell)) for cell in cells)
    return lines


def _delimiter(path: Path, columns: Sequence[Column]) -> str:
    """The delimiter (`,` `;` or tab) with which the header has most known names."""
    known = {column.name for column in columns}

    def names_found(delimiter: str) -> int:
        with open_text(path) as file:
            header = next((cells for cells in csv.reader(file, delimiter=delimiter) if any(cells)), [])
        return len(known.intersection(map(_column_name, header)))

    return max(",;\t", key=names_found)


def _without_empty_tail(cells: list[str], width: int) -> list[str]:
    """The row without the empty cells beyond `width`, with which spreadsheets pad rows."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return cells
