"""Explain the columns of an import's file from their declaration: for `--help`, `--template` and docs/archivos.md."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser, DjangoHelpFormatter

from common.files.csv_download import csv_lines
from common.files.output import BadOutput, OutputFile
from common.files.tables import Column


class ColumnsHelp(DjangoHelpFormatter):
    """Help whose texts of several lines keep them."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if "\n" in text else super()._fill_text(text, width, indent)


def explain_columns(parser: CommandParser, columns: Sequence[Column]) -> None:
    """Add `--template` and, to the help, a line for each column."""
    parser.formatter_class = ColumnsHelp
    parser.epilog = columns_help(columns)
    parser.add_argument("--template", metavar="SALIDA.csv", type=Path, help="escribe aquí un archivo de ejemplo y termina")


def gave_template(options: dict[str, Any], columns: Sequence[Column], out: Any) -> bool:
    """Whether a template was asked for, which is written then. Raises CommandError, also if there is no file to import."""
    path = options["template"]
    if not path and not options["file"]:
        raise CommandError(
            "Falta el archivo. Escriba su nombre, o pida uno de ejemplo con --template SALIDA.csv.", returncode=2
        )
    if not path:
        return False
    try:
        write_template(path, columns)
    except BadOutput as error:
        raise CommandError(str(error)) from None
    out.write(f"{path}: un archivo de ejemplo con todas las columnas. Cambie su fila por las suyas.")
    return True


def columns_help(columns: Sequence[Column]) -> str:
    """A line for each column; `*` marks those that must be present and filled."""
    lines = [f"  {column.name}{'*' * column.required}: {column.about}. Ejemplo: {column.example}" for column in columns]
    return "\n".join(["Columnas, en cualquier orden; las que llevan * son obligatorias:", *lines]).replace("%", "%%")


def columns_table(columns: Sequence[Column]) -> str:
    """The columns as a table in Markdown."""
    rows = [f"| `{one.name}` | {'sí' if one.required else ''} | {one.about} | `{one.example}` |" for one in columns]
    return "\n".join(["| columna | obligatoria | qué lleva | ejemplo |", "| --- | --- | --- | --- |", *rows])


def write_template(path: Path, columns: Sequence[Column]) -> None:
    """A file with every column and one example row. Raises BadOutput, also for a file that is there: it may be filled in."""
    with OutputFile(path, new=True) as file:
        for line in csv_lines([column.name for column in columns], [[column.example for column in columns]]):
            file.write(line)
