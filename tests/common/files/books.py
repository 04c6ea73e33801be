"""Make XLSX books of several sheets with number formats, as spreadsheets write them."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"
FIRST_FORMAT = 164  # the first number of a format of the book's own


class Cell(NamedTuple):
    """A cell of the test: its value in the file, its type (`n` a number, `s` a text…) and its number format."""

    raw: str
    kind: str = "n"
    code: str = ""


class Sheet(NamedTuple):
    rows: Sequence[Sequence[Cell | str]] = ()
    name: str = "Datos"
    state: str = "visible"
    kind: str = "worksheet"
    before: str = ""  # XML before and after the rows
    after: str = ""
    row_attributes: str = ""


def write_book(
    path: Path, *sheets: Sheet, content: str = "sheet.main+xml", book: str = "", extra: dict[str, bytes] | None = None
) -> Path:
    codes = sorted(
        {cell.code for sheet in sheets for row in sheet.rows for cell in row if isinstance(cell, Cell) and cell.code}
    )
    texts = sorted({cell for sheet in sheets for row in sheet.rows for cell in row if isinstance(cell, str)})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _types(content))
        package.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        package.writestr("xl/workbook.xml", _book(sheets, book))
        links = [(sheet.kind, f"worksheets/sheet{at}.xml") for at, sheet in enumerate(sheets, 1)]
        links += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
        package.writestr("xl/_rels/workbook.xml.rels", _relations(links))
        package.writestr("xl/styles.xml", _styles(codes))
        package.writestr("xl/sharedStrings.xml", _texts(texts))
        for at, sheet in enumerate(sheets, 1):
            package.writestr(f"xl/worksheets/sheet{at}.xml", _sheet(sheet, codes, texts))
        for name, data in (extra or {}).items():
            package.writestr(name, data)
    return path


def _types(content: str) -> str:
    return (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{CONTENT}.{content}"/></Types>'
    )


def _relations(links: Sequence[tuple[str, str]]) -> str:
    found = "".join(
        f'<Relationship Id="rId{at}" Type="{RELATION}/{kind}" Target="{target}"/>' for at, (kind, target) in enumerate(links, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{found}</Relationships>'


def _book(sheets: Sequence[Sheet], more: str) -> str:
    names = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{at}" state="{sheet.state}" r:id="rId{at}"/>'
        for at, sheet in enumerate(sheets, 1)
    )
    return f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}">{more}<sheets>{names}</sheets></workbook>'


def _styles(codes: Sequence[str]) -> str:
    formats = "".join(
        f'<numFmt numFmtId="{number}" formatCode={quoteattr(code)}/>' for number, code in enumerate(codes, FIRST_FORMAT)
    )
    uses = "".join(f'<xf numFmtId="{number}"/>' for number in [0, *range(FIRST_FORMAT, FIRST_FORMAT + len(codes))])
    return f'<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts><cellXfs>{uses}</cellXfs></styleSheet>'


def _texts(texts: Sequence[str]) -> str:
    return f'<sst xmlns="{MAIN}">{"".join(f"<si><t>{escape(text)}</t></si>" for text in texts)}</sst>'


def _sheet(sheet: Sheet, codes: Sequence[str], texts: Sequence[str]) -> str:
    rows = "".join(
        f'<row r="{line}" {sheet.row_attributes if line > 1 else ""}>'
        f"{''.join(_cell(f'{chr(65 + at)}{line}', cell, codes, texts) for at, cell in enumerate(cells))}</row>"
        for line, cells in enumerate(sheet.rows, 1)
    )
    return f'<worksheet xmlns="{MAIN}">{sheet.before}<sheetData>{rows}</sheetData>{sheet.after}</worksheet>'


def _cell(place: str, cell: Cell | str, codes: Sequence[str], texts: Sequence[str]) -> str:
    if isinstance(cell, str):
        return f'<c r="{place}" t="s"><v>{texts.index(cell)}</v></c>' if cell else ""
    style = codes.index(cell.code) + 1 if cell.code else 0
    return f'<c r="{place}" s="{style}" t="{cell.kind}"><v>{escape(cell.raw)}</v></c>'
