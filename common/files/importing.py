"""The common base of the three imports (members, products, movements): options, report and exit status."""

import gc
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError

from common.colombia.formats import thousands
from common.files.output import BadOutput, check_output
from common.files.rejects import BEGINNING, Rejects
from common.files.tables import Unreadable
from common.sql.advisory_lock import try_lock


@dataclass
class Report:
    """The result of an import, or of its dry run."""

    file: str
    dry_run: bool = False
    source: Sequence[str] = ()  # sentences about what was read of the file and what was left out
    rows: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    rejected: int = 0
    more: dict[str, int] = field(default_factory=dict)  # further lines of the report: Spanish words and a number
    first_rejects: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # sentences that the operator must read

    def take_rejects(self, rejects: Rejects) -> None:
        """Report the rejects, which are complete on the disk before the caller commits. Raises BadOutput."""
        rejects.sync()
        self.rejected = rejects.count
        self.first_rejects = [f"línea {bad.line}, {bad.column or 'toda la fila'}: {bad.reason}" for bad in rejects.first]

    @property
    def changed_nothing(self) -> bool:
        return not self.new and not self.changed

    def text(self) -> str:
        """The report in Spanish, for the operator."""
        lines = [f"Archivo {self.file}: {thousands(self.rows)} filas", *(f"  {sentence}" for sentence in self.source)]
        counts = {"nuevas": self.new, "cambiadas": self.changed, "iguales": self.same, "rechazadas": self.rejected}
        lines += [f"  {word}: {thousands(number)}" for word, number in (counts | self.more).items()]
        lines += self.notes
        lines += [f"  {reject}" for reject in self.first_rejects]
        if self.rejected > len(self.first_rejects):
            lines.append(f"  … y {thousands(self.rejected - len(self.first_rejects))} más; --rejects las escribe todas.")
        if not self.rows:
            lines.append("El archivo no trae filas debajo de su encabezado.")
        elif self.dry_run:
            lines.append("Ensayo: no se escribió nada.")
        elif self.changed_nothing:
            lines.append("Nada cambió: todo lo que trae el archivo ya estaba.")
        return "\n".join(lines)


class Stopped(Exception):
    """The import was refused and nothing was written; the text says why, in Spanish."""


IMPORT_LOCK = 7_305_170_016  # any number that no other advisory lock of the portal uses
BUSY = "Otra importación está en curso. No se escribió nada; espere a que termine y repita la orden."
LOCKED = "Otro proceso, quizás otra importación, está escribiendo. No se escribió nada; espere y repita la orden."


def refuse_second_import() -> None:
    """Raise Stopped while another import runs; call it first in the import's transaction.

    One lock for all imports: each of the statement's two files writes into the tables of both.
    """
    if not try_lock(IMPORT_LOCK):
        raise Stopped(BUSY)


def add_options(parser: CommandParser) -> None:
    parser.add_argument("file", metavar="ARCHIVO", type=Path, nargs="?", help="CSV o XLSX con encabezado")
    parser.add_argument("--dry-run", action="store_true", help="dice qué haría y no escribe nada")
    parser.add_argument("--rejects", metavar="SALIDA.csv", type=Path, help="escribe aquí las filas rechazadas, con su motivo")
    parser.add_argument("--yes", action="store_true", help="sigue aunque el archivo cambie más del 10 %% de un dato")
    parser.add_argument("--by", metavar="QUIÉN", default="consola", help="quién hace la importación, para la auditoría")
    parser.add_argument("--json", action="store_true", help="el informe en JSON")


def run(importer: Callable[..., Report], options: dict[str, Any], out: Any, *, by: Any) -> None:
    """Run an import for its command and print the report; raises CommandError if it is refused or has rejects."""
    with command_errors(), few_collections():
        if options["rejects"]:
            check_output(options["rejects"], inputs=[options["file"]], replaces=BEGINNING)
        report = importer(
            path=options["file"],
            by=by,
            dry_run=options["dry_run"],
            yes=options["yes"],
            rejects_path=options["rejects"],
            progress=terminal_progress(),
        )
    out.write(json.dumps(asdict(report), ensure_ascii=False) if options["json"] else report.text())
    if report.rejected:
        one = report.rejected == 1
        verb = ("entraría" if report.dry_run else "entró") if one else ("entrarían" if report.dry_run else "entraron")
        raise CommandError(f"{thousands(report.rejected)} {'fila' if one else 'filas'} no {verb}.")


@contextmanager
def command_errors() -> Iterator[None]:
    """Turn every refusal of an import, of the database or of the disk into a CommandError with a sentence."""
    try:
        yield
    except (Unreadable, Stopped, BadOutput) as error:
        raise CommandError(str(error)) from None
    except DatabaseError as error:
        if "database is locked" in str(error):  # SQLite, after waiting for the writer
            raise CommandError(LOCKED) from None
        raise CommandError(
            f"La base de datos no lo aceptó ({type(error).__name__}). No se escribió nada; repita la orden."
        ) from None
    except OSError as error:
        raise CommandError(f"No se pudo escribir {error.filename}: {error.strerror}.") from None


def terminal_progress() -> Callable[[int], None]:
    """A callback that prints the number of rows read so far, on a terminal only."""
    if not sys.stderr.isatty():
        return lambda rows: None

    def show(rows: int) -> None:
        sys.stderr.write(f"\r{thousands(rows)} filas…\r")
        sys.stderr.flush()

    return show


@contextmanager
def few_collections() -> Iterator[None]:
    """Run the cyclic garbage collector rarely: it would take a third of the time and find no cycles."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)
