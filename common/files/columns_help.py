"""Explain the columns of an import's file from their declaration: for `--help`, `--template` and docs/archivos.md."""

from collections.abc import Sequence
from pathlib import Path

from django.core.management.base import DjangoHelpFormatter

from common.files.csv_download import csv_lines
from common.files.tables import Column


class ColumnsHelp(DjangoHelpFormatter):
    """Help whose texts of several lines keep them."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if "\n" in text else super()._fill_text(text, width, indent)


def columns_help(columns: Sequence[Column]) -> str:
    """A line for each column; `*` marks those that must be present and filled."""
    lines = [f"  {column.name}{'*' * column.required}: {column.about}. Ejemplo: {column.example}" for column in columns]
    return "\n".join(["Columnas, en cualquier orden; las que llevan * son obligatorias:", *lines]).replace("%", "%%")


def columns_table(columns: Sequence[Column]) -> str:
    """The columns as a table in Markdown."""
    rows = [f"| `{one.name}` | {'sí' if one.required else ''} | {one.about} | `{one.example}` |" for one in columns]
    return "\n".join(["| columna | obligatoria | qué lleva | ejemplo |", "| --- | --- | --- | --- |", *rows])


def write_template(path: Path, columns: Sequence[Column]) -> None:
    """A file with every column and one example row. Raises FileExistsError: a file of somebody is never replaced."""
    with path.open("x", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines([column.name for column in columns], [[column.example for column in columns]]))
