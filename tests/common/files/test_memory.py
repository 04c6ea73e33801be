"""No file of 50 MB or less takes more than 250 MiB to read, whatever it holds. Each is read in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from tests.common.files.books import MAIN, Cell, Sheet, write_book
from tests.settings import ROOT

LARGEST_FILE = 50_000_000  # bytes
LIMIT = 250  # MiB
UNPACKED = 62 * 2**20  # bytes of XML, just below the reader's own limit
READ = """
import sys
from datetime import date
import django
django.setup()
from common.files.tables import Unreadable, open_table
from registry.columns import member_columns
try:
    for batch in open_table(sys.argv[1], member_columns(date(2026, 11, 28))).batches():
        pass
except Unreadable as refusal:
    assert str(refusal).endswith(".")
# Not getrusage: its peak would be that of this test's process, if that was larger when it started this one.
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def csv_file(path: Path, line: Callable[[int], str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("documento,nombres,apellidos\n")
        for at in range(LARGEST_FILE // (len(line(10**6).encode()) + 1)):
            file.write(line(10**6 + at) + "\n")


def book(path: Path, part: str, xml: Iterable[str]) -> None:
    write_book(path, Sheet((("documento", "nombres", "apellidos"), (Cell("1020304"), "Ana", "Ruiz"))))
    with ZipFile(path) as package:
        kept = {name: package.read(name) for name in package.namelist() if name != part}
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr(part, "".join(xml))
        for name, content in kept.items():
            package.writestr(name, content)


SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
FILES: dict[str, Callable[[Path], None]] = {
    "commas alone": lambda path: csv_file(path, lambda at: "," * 60_000),
    "long cells with one wide letter": lambda path: csv_file(path, lambda at: f"{at},{'x' * 19_000}😀,{'y' * 19_000}😀"),
    "a cell of many lines": lambda path: csv_file(path, lambda at: f'{at},"' + "x\n" * 9_000 + '",Ruiz'),
    "one endless line": lambda path: csv_file(path, lambda at: "x" * (LARGEST_FILE - 100)),
    "texts of a few letters": lambda path: book(path, STRINGS, _strings(f"<si><t>{at}</t></si>" for at in range(1_500_000))),
    "long texts with one wide letter": lambda path: book(path, STRINGS, _strings([f"<si><t>{'x' * 30_000}😀</t></si>"] * 2000)),
    "empty texts": lambda path: book(path, STRINGS, _strings(["<si/>"] * 3_000_000)),
    "styles": lambda path: book(path, STYLES, [f'<styleSheet xmlns="{MAIN}"><cellXfs>', "<xf/>" * (UNPACKED // 5)]),
    "one endless attribute": lambda path: book(path, SHEET, _rows(f'<row r="{"1" * UNPACKED}"/>')),
    "one endless comment": lambda path: book(path, SHEET, _rows(f"<!--{'x' * UNPACKED}-->")),
    "elements in elements": lambda path: book(path, SHEET, _rows("<x>" * (UNPACKED // 3))),
    "many attributes": lambda path: book(path, SHEET, _rows("<row ", *(f'a{at}="" ' for at in range(1_000_000)), "/>")),
    "many sheets": lambda path: book(path, "xl/workbook.xml", [f'<workbook xmlns="{MAIN}">', "<sheet/>" * (UNPACKED // 8)]),
}  # fmt: skip


def _strings(texts: Iterable[str]) -> list[str]:
    return [f'<sst xmlns="{MAIN}">', *texts, "</sst>"]


def _rows(*rows: str) -> list[str]:
    return [f'<worksheet xmlns="{MAIN}"><sheetData>', *rows, "</sheetData></worksheet>"]


@pytest.mark.parametrize("name", FILES)
def test_reading_takes_a_bounded_memory(name: str, tmp_path: Path):
    path = tmp_path / "archivo"
    FILES[name](path)
    assert path.stat().st_size <= LARGEST_FILE
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", READ, str(path)]
    read = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert read.returncode == 0, read.stderr
    assert int(read.stdout) / 1024 <= LIMIT
