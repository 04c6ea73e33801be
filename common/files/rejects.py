"""Rejects: the rows of a file that were not imported, written so that they can be corrected and imported again."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from common.files.csv_download import UTF8_MARK, row_writer
from common.files.output import OutputFile
from common.files.tables import REPORT_COLUMNS, Reject

SHOWN = 10  # rejects printed on the terminal
BEGINNING = (UTF8_MARK + ";".join(REPORT_COLUMNS)).encode()  # an earlier file of rejects is replaced, any other refused


class Rejects:
    """Counts rejects, keeps the first few and writes all to `path`, if any: `linea;columna;motivo` and the original row.

    The file has mode 0600, because it contains members' data, and its name only if the import was not refused.
    Raises BadOutput.
    """

    def __init__(self, path: Path | str | None, header: Sequence[str]) -> None:
        self.first: list[Reject] = []
        self.count = 0
        self._header = [name for name in header if name not in REPORT_COLUMNS]
        self._kept = [at for at, name in enumerate(header) if name not in REPORT_COLUMNS]
        self._file = OutputFile(path, replaces=BEGINNING) if path else None
        self._write = row_writer(self._file) if self._file else None

    def __enter__(self) -> Self:
        if self._file and self._write:
            self._file.write(UTF8_MARK)
            self._write([*REPORT_COLUMNS, *self._header])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file:
            self._file.__exit__(kind, error, trace)

    def add(self, rejects: Iterable[Reject]) -> None:
        for reject in rejects:
            self.count += 1
            self.first += [reject] if len(self.first) < SHOWN else []
            if self._write:
                cells = [reject.cells[at] for at in self._kept if at < len(reject.cells)]
                self._write([reject.line, reject.column, reject.reason, *cells])

    def sync(self) -> None:
        """Bring the rejects to the disk before the good rows are committed. Raises BadOutput."""
        if self._file:
            self._file.sync()
