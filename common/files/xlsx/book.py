"""Open an XLSX file: choose the sheet that is read, and say what is not.

The first visible sheet of cells is read. Hidden sheets and charts are left out and named; another visible sheet with data
refuses the book, because nobody could tell which one was meant.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from common.files.xlsx import sheet as sheets
from common.files.xlsx.errors import DAMAGED, NO_SHEET, TOO_LARGE, UnreadableSheet
from common.files.xlsx.number_formats import NumberFormat, number_format
from common.files.xlsx.package import Package
from common.files.xlsx.parts import cell_formats, shared_strings
from common.files.xlsx.xml import Attributes, parse

MOST_SHEETS = 1_000
SEVERAL = "El libro tiene datos en varias hojas visibles: {}. Deje visible solo la que quiere traer e intente de nuevo."
OTHER_KINDS = {"chartsheet": "gráfico", "dialogsheet": "diálogo"}


class OpenSheet(NamedTuple):
    name: str
    left_out: list[str]  # the sheets that are not read, each with the reason, in Spanish
    rows: Iterator[sheets.SheetRow]


class _Entry(NamedTuple):
    """A sheet in the book's list."""

    name: str
    is_visible: bool
    kind: str  # worksheet, chartsheet…
    part: str


def open_sheet(path: Path) -> OpenSheet:
    """The sheet to read. It and its rows raise UnreadableSheet."""
    with Package(path) as package:
        entries = _entries(package)
        visible = [entry for entry in entries if entry.is_visible and entry.kind == "worksheet"]
        if not visible:
            raise UnreadableSheet(NO_SHEET)
        others = [entry for entry in visible[1:] if _has_data(package.pieces(entry.part))]
        if others:
            names = ", ".join(f"«{entry.name[:40]}»" for entry in [visible[0], *others][:20])
            raise UnreadableSheet(SEVERAL.format(names))
    left_out = [f"«{entry.name[:40]}» ({_reason(entry)})" for entry in entries if entry not in visible]
    return OpenSheet(visible[0].name, left_out, _rows(path, visible[0]))


def _rows(path: Path, entry: _Entry) -> Iterator[sheets.SheetRow]:
    with Package(path) as package:
        strings, formats = _shared(package)
        yield from sheets.rows(package.pieces(entry.part), sheets.Sheet(entry.name, strings, formats))


def _reason(entry: _Entry) -> str:
    return OTHER_KINDS.get(entry.kind, "oculta" if not entry.is_visible else "macros")


def _entries(package: Package) -> list[_Entry]:
    parts = package.related(package.book)
    found = []
    for one in _named(package.pieces(package.book), "sheet"):
        link = next((value for name, value in one.items() if name.endswith(" id")), "")
        kind, part = parts.get(link, ("", ""))
        if not package.has(part):
            raise UnreadableSheet(DAMAGED)
        found.append(_Entry(one.get("name", ""), one.get("state", "visible") == "visible", kind, part))
    return found


def _shared(package: Package) -> tuple[list[str], list[NumberFormat]]:
    by_kind = dict(package.related(package.book).values())
    strings = shared_strings(package.pieces(by_kind["sharedStrings"])) if "sharedStrings" in by_kind else []
    book = _named(package.pieces(package.book), "workbookPr")
    since_1904 = any(one.get("date1904") in sheets.TRUE for one in book)
    if "styles" not in by_kind:
        return strings, [number_format("General")]
    return strings, cell_formats(package.pieces(by_kind["styles"]), since_1904=since_1904) or [number_format("General")]


def _named(pieces: Iterable[bytes], tag: str) -> list[Attributes]:
    """The attributes of the spreadsheet's own elements with this tag."""
    found: list[Attributes] = []

    def start(name: str, attributes: Attributes) -> None:
        if name in [f"{space} {tag}" for space in sheets.MAIN]:
            found.append(attributes)
        if len(found) > MOST_SHEETS:
            raise UnreadableSheet(TOO_LARGE)

    for _ in parse(pieces, start=start):
        pass
    return found


def _has_data(pieces: Iterable[bytes]) -> bool:
    """Whether a sheet has a cell that is not empty; reads no further than the first one."""
    found: list[str] = []
    values = {f"{space} {tag}" for space in sheets.MAIN for tag in ("v", "t")}

    def start(name: str, attributes: Attributes) -> None:
        if name in values:
            found.append(name)

    return any(found for _ in parse(pieces, start=start)) or bool(found)
