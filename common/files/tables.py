"""Read CSV and XLSX files in batches of typed rows, in constant memory.

    table = open_table(path, COLUMNS)          # Unreadable: the whole file is refused, with a sentence
    for batch in table.batches():              # Batch(lines, columns, rejects)
        zip(batch.lines, *batch.columns)       # the rows, each with its line

Values are canonical texts (see `cells.py`); a column that the file lacks is `""` in every row and not in `table.present`.

**The file and each column are judged with the rows, and the verdict may come after the last one**: `batches` raises Unreadable
then, too. So a caller writes in one transaction, or to temporary tables, and keeps nothing before `batches` has ended.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress
from pathlib import Path
from typing import NamedTuple

from common.files.cells import BadCell, BadColumn, Kind
from common.files.csv_download import without_apostrophe
from common.files.encoding import Unreadable
from common.files.kinds import ColumnCheck
from common.files.raw import RawBatch, Source, column_name, open_source

BATCH = 1_000  # rows per batch: 2 MiB of a members file, which fits the processor's cache
NOTHING_STORED = "No se trajo nada del archivo."
REPORT_COLUMNS = ("linea", "columna", "motivo")  # a corrected rejects file can be imported as it is

__all__ = ["Batch", "Column", "Reject", "Table", "Unreadable", "open_table"]


@dataclass(frozen=True)
class Column:
    """A column that the file may have; a required one must be present and filled in every row."""

    name: str
    kind: Kind
    required: bool = False
    about: str = ""  # what it holds, in Spanish, for --help and docs/archivos.md
    example: str = ""


class Reject(NamedTuple):
    line: int
    column: str
    reason: str
    cells: Sequence[str]  # as in the file


class Batch(NamedTuple):
    lines: Sequence[int]  # the line each row begins on
    columns: list[Sequence[str]]  # canonical texts, in the order of the columns asked for
    rejects: list[Reject]


@dataclass
class Table:
    """An open file with a valid header, whose rows are not read yet."""

    header: list[str]
    columns: Sequence[Column]
    source: Source
    raw: Iterator[RawBatch] = field(repr=False)

    @property
    def present(self) -> frozenset[str]:
        return frozenset(self.header)

    @property
    def notes(self) -> Sequence[str]:
        """What the report must say about the file: the sheet that is read, and what is left out. In Spanish."""
        return self.source.notes

    def batches(self) -> Iterator[Batch]:
        """The rows in order. Raises Unreadable for what only the whole file shows, also after the last row."""
        checks = {column.name: column.kind.check() for column in self.columns if column.kind.check}
        for raw in self.raw:
            rejects: list[Reject] = []
            raw = self._of_right_width(raw, rejects)
            yield self._typed(raw, rejects, checks)
        for name, check in checks.items():
            if verdict := check.verdict():
                raise Unreadable(f"{self.source.place(name)}: {verdict} {NOTHING_STORED}")

    def _typed(self, raw: RawBatch, rejects: list[Reject], checks: dict[str, ColumnCheck]) -> Batch:
        read, bad = self._read_columns(raw, checks)
        if not bad:
            return Batch(raw.lines, read, rejects)
        rejects += [Reject(raw.lines[at], *why, raw.rows[at]) for at, why in sorted(bad.items())]
        good = [at not in bad for at in range(len(raw.rows))]
        return Batch(list(compress(raw.lines, good)), [list(compress(cells, good)) for cells in read], rejects)

    def _of_right_width(self, raw: RawBatch, rejects: list[Reject]) -> RawBatch:
        width = len(self.header)
        if set(map(len, raw.rows)) == {width}:
            return raw
        good = []
        for line, cells in zip(raw.lines, raw.rows, strict=True):
            cells = self.source.as_wide(_without_empty_tail(cells, width), width)
            if len(cells) == width:
                good.append((line, cells))
            else:
                reason = f"la fila tiene {len(cells)} columnas y el encabezado {width}"
                rejects.append(Reject(line, "", reason, cells[:width]))
        return RawBatch([line for line, _ in good], [cells for _, cells in good])

    def _read_columns(
        self, raw: RawBatch, checks: dict[str, ColumnCheck]
    ) -> tuple[list[Sequence[str]], dict[int, tuple[str, str]]]:
        """The typed columns, and for each bad row its first bad column and the reason."""
        in_file = dict(zip(self.header, zip(*raw.rows, strict=True), strict=False))
        read: list[Sequence[str]] = []
        bad: dict[int, tuple[str, str]] = {}
        for column in self.columns:
            cells = in_file.get(column.name)
            if cells and column.name in checks:
                checks[column.name].look(cells)
            values, wrong = self._read_column(column.kind, cells) if cells else ([""] * len(raw.rows), {})
            if column.required and "" in values:
                wrong = {at: BadCell("está vacía") for at, value in enumerate(values) if not value} | wrong
            for at, error in wrong.items():
                if isinstance(error, BadColumn):
                    raise Unreadable(f"{self.source.place(column.name, raw.lines[at])}: {error} {NOTHING_STORED}")
                bad.setdefault(at, (column.name, str(error)))
            read.append(values)
        return read, bad

    def _read_column(self, kind: Kind, cells: Sequence[str]) -> tuple[Sequence[str], dict[int, BadCell]]:
        if not self.source.has_numbers:
            return kind.read(cells)
        cells, wrong = kind.take_numbers(cells)
        values, bad = kind.read(cells)
        return values, bad | wrong


def open_table(path: Path | str, columns: Sequence[Column]) -> Table:
    """The table in a CSV or XLSX file. It and its batches raise Unreadable, with a Spanish sentence."""
    source = open_source(Path(path), {column.name for column in columns}, BATCH)
    raw = source.batches()
    lines, rows = next(raw, RawBatch([], []))
    if not rows:
        raise Unreadable("El archivo está vacío: la primera fila debe llevar los nombres de las columnas.")
    header = [column_name(cell) for cell in _without_empty_tail(rows[0], 0)]
    _check_header(header, columns)
    batches = chain([RawBatch(lines[1:], rows[1:])], raw)
    return Table(header, columns, source, map(_as_it_stood, batches) if set(REPORT_COLUMNS) <= set(header) else batches)


# ---- header ------------------------------------------------------------------------------------------------------


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


def _without_empty_tail(cells: list[str], width: int) -> list[str]:
    """The row without the empty cells beyond `width`, with which spreadsheets pad rows."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return cells
