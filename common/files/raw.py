"""Where rows come from: a CSV file or a sheet of an XLSX book, as batches of rows of texts with their line numbers."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TextIO

from common.files.encoding import Unreadable, check_input, open_text
from common.files.kinds import plain
from common.files.xlsx.book import OpenSheet, open_sheet
from common.files.xlsx.errors import UnreadableSheet

LARGEST_CELL = 20_000  # characters; a longer cell is an unclosed quote
LARGEST_BATCH = 2**18  # characters; a batch of long rows ends early, which bounds memory
DELIMITERS = ",;\t"
STRAY_QUOTES = (
    "Entre las líneas {} y {} hay unas comillas de más, o que no se cierran, y sus filas se mezclan. No se trajo nada del"
    " archivo. Quite las comillas o el salto de línea de esa celda e intente de nuevo."
)
_SEPARATOR_LINE = re.compile(r'\ufeff?"?sep=(.)"?\s*', re.IGNORECASE)  # Excel's own way to name the delimiter


class RawBatch(NamedTuple):
    lines: Sequence[int]  # the line each row begins on
    rows: list[list[str]]


class Source(Protocol):
    has_numbers: bool  # whether cells may be of the classes of `kinds`

    @property
    def notes(self) -> Sequence[str]: ...

    def batches(self) -> Iterator[RawBatch]:
        """Every row that is not empty."""

    def place(self, column: str, line: int | None = None) -> str:
        """Where something stands, to begin a sentence."""

    def as_wide(self, cells: list[str], width: int) -> list[str]:
        """The row with the empty cells that the file leaves out."""


def open_source(path: Path, known: set[str], size: int) -> Source:
    """The rows of a file; `known` column names tell a CSV file's delimiter. Batches have at most `size` rows."""
    check_input(path)
    try:
        with path.open("rb") as file:
            is_book = file.read(4) == b"PK\x03\x04"
        return SheetSource(open_sheet(path), size) if is_book else TextSource(path, known, size)
    except UnreadableSheet as error:
        raise Unreadable(str(error)) from None


@dataclass
class SheetSource:
    """A sheet of a book."""

    sheet: OpenSheet
    size: int
    has_numbers: bool = True

    @property
    def notes(self) -> Sequence[str]:
        left_out = f" No se leyó: {', '.join(self.sheet.left_out[:20])}." if self.sheet.left_out else ""
        return [f"Se leyó la hoja «{self.sheet.name[:40]}».{left_out}"]

    def batches(self) -> Iterator[RawBatch]:
        lines: list[int] = []
        rows: list[list[str]] = []
        weight = 0
        try:
            for line, cells in self.sheet.rows:
                lines.append(line)
                rows.append(cells)
                weight += sum(map(len, cells))
                if len(lines) == self.size or weight > LARGEST_BATCH:
                    yield RawBatch(lines, rows)
                    lines, rows, weight = [], [], 0
            if lines:
                yield RawBatch(lines, rows)
        except UnreadableSheet as error:
            raise Unreadable(str(error)) from None

    def place(self, column: str, line: int | None = None) -> str:
        return f"En la hoja «{self.sheet.name[:40]}», {f'fila {line}, ' if line else ''}columna {column}"

    def as_wide(self, cells: list[str], width: int) -> list[str]:
        return cells + [""] * (width - len(cells))


# ---- CSV -----------------------------------------------------------------------------------------------------------


@dataclass
class TextSource:
    """A CSV file."""

    path: Path
    known: set[str]
    size: int
    has_numbers: bool = False
    notes: tuple[str, ...] = ()

    def batches(self) -> Iterator[RawBatch]:
        csv.field_size_limit(LARGEST_CELL)
        with open_text(self.path) as file:
            named = _named_delimiter(file)
            delimiter = named or self._likely_delimiter()
            lines = _Lines(file)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            batches = self._rows(reader, lines, delimiter, before=1 if named else 0)
            yield from (batch for batch in batches if batch.rows)

    def place(self, column: str, line: int | None = None) -> str:
        return f"En la línea {line}, columna {column}" if line else f"En la columna {column}"

    def as_wide(self, cells: list[str], width: int) -> list[str]:
        return cells

    def _rows(self, reader: Any, lines: "_Lines", delimiter: str, before: int) -> Iterator[RawBatch]:
        rows: list[list[str]] = []
        ends: list[int] = []  # the last line of each row
        last, full = 0, LARGEST_BATCH
        try:
            for cells in reader:
                rows.append(cells)
                ends.append(reader.line_num)
                if len(rows) == self.size or lines.read > full:
                    yield _numbered(rows, ends, last, before, delimiter)
                    rows, last, ends, full = [], ends[-1], [], lines.read + LARGEST_BATCH
        except csv.Error:
            first = (ends[-1] if ends else last) + 1
            raise Unreadable(STRAY_QUOTES.format(before + first, before + reader.line_num)) from None
        yield _numbered(rows, ends, last, before, delimiter)

    def _likely_delimiter(self) -> str:
        """The delimiter with which the header has most known names."""

        def names_found(delimiter: str) -> int:
            with open_text(self.path) as file:
                header = next((cells for cells in csv.reader(file, delimiter=delimiter) if any(cells)), [])
            return len(self.known.intersection(map(column_name, header)))

        try:
            return max(DELIMITERS, key=names_found)
        except csv.Error:
            raise Unreadable(STRAY_QUOTES.format(1, 1)) from None


def column_name(cell: str) -> str:
    """A header's cell as a column's name."""
    return plain(cell).replace(" ", "_")


class _Lines:
    """The lines of a file, with a count of the characters read."""

    def __init__(self, file: TextIO) -> None:
        self.file = file
        self.read = 0

    def __iter__(self) -> Iterator[str]:
        for line in self.file:
            self.read += len(line)
            yield line


def _named_delimiter(file: TextIO) -> str:
    """The delimiter that a first line `sep=;` names, and the file after it; "" and the whole file otherwise."""
    if not (found := _SEPARATOR_LINE.fullmatch(file.readline(100))):
        file.seek(0)
        return ""
    if found[1] not in DELIMITERS:
        raise Unreadable(
            f"El archivo separa sus columnas con «{found[1]}». Guárdelo separado por coma, punto y coma o tabulador."
        )
    return found[1]


def _numbered(rows: list[list[str]], ends: list[int], last: int, before: int, delimiter: str) -> RawBatch:
    """The rows that are not empty with the line each begins on; `last` is the line read before, `before` that of `sep=`."""
    starts: Sequence[int] = range(before + last + 1, before + last + 1 + len(rows))
    if ends and ends[-1] - last != len(rows):  # some row has several lines
        starts = [before + end + 1 for end in [last, *ends[:-1]]]
        for cells, first, end in zip(rows, starts, ends, strict=True):
            if before + end > first:
                _refuse_swallowed_rows(cells, delimiter, first, before + end)
    if not all(map(any, rows)):
        kept = [at for at, cells in enumerate(rows) if any(cells)]
        starts, rows = [starts[at] for at in kept], [rows[at] for at in kept]
    return RawBatch(starts, rows)


def _refuse_swallowed_rows(cells: list[str], delimiter: str, first: int, last: int) -> None:
    """Two stray quotes make one cell of the rows between them; a cell with line breaks and delimiters is taken for that."""
    for cell in cells:
        if delimiter in cell and ("\n" in cell or "\r" in cell):
            raise Unreadable(STRAY_QUOTES.format(first, last))
