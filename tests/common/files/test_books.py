"""XLSX books: which sheet is read, what a number format shows, and what refuses a cell or the book."""

from datetime import date
from pathlib import Path
from zipfile import ZIP_LZMA, ZipFile

import pytest

from common.files import cells
from common.files.tables import Column, Reject, Unreadable, open_table
from tests.common.files.books import MAIN, Cell, Sheet, write_book
from tests.common.files.reading import Row, read_table
from tests.common.files.sheets import sheet_of, write_sheet

COLUMNS = (
    Column("documento", cells.DOCUMENT, required=True),
    Column("nombres", cells.text(80)),
    Column("fecha", cells.day(latest=date(2100, 1, 1))),
    Column("valor", cells.MONEY),
    Column("tasa", cells.PERCENT),
    Column("cuotas", cells.integer()),
    Column("numero", cells.identifier(32)),
)
PEOPLE = (("documento", "nombres"), (Cell("1020304"), "Ana"))


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as error:
        list(read_table(path, COLUMNS))
    return str(error.value)


def stored(path: Path, column: str = "nombres") -> list[str]:
    return [found.values[column] for found in read_table(path, COLUMNS) if isinstance(found, Row)]


def rejected(path: Path) -> list[tuple[int, str, str]]:
    return [found[:3] for found in read_table(path, COLUMNS) if isinstance(found, Reject)]


def book_of(tmp_path: Path, column: str, *given: Cell | str) -> Path:
    """A book whose rows are right but for one column."""
    rows = [("documento", column), *((Cell(f"10203{at:02}"), cell) for at, cell in enumerate(given))]
    return write_book(tmp_path / "x.xlsx", Sheet(rows))


# ---- the sheets of a book --------------------------------------------------------------------------------------------


def test_the_first_visible_sheet_of_cells_is_read_and_the_rest_is_said(tmp_path):
    hidden = Sheet((("x",), (Cell("#N/A", "e"),)), "Listas", "hidden")
    chart = Sheet(name="Gráfico1", kind="chartsheet")
    secret = Sheet(name="Notas", state="veryHidden")
    path = write_book(tmp_path / "x.xlsx", chart, hidden, Sheet(PEOPLE), secret, Sheet(name="Hoja2"))
    assert stored(path) == ["Ana"]
    [note] = open_table(path, COLUMNS).notes
    assert note == "Se leyó la hoja «Datos». No se leyó: «Gráfico1» (gráfico), «Listas» (oculta), «Notas» (oculta)."


def test_a_second_visible_sheet_with_data_refuses_the_book_by_name(tmp_path):
    path = write_book(tmp_path / "x.xlsx", Sheet(PEOPLE, "Cali"), Sheet(name="Vacía"), Sheet((("", "x"),), "Medellín"))
    assert "«Cali», «Medellín»" in refusal(path)


def test_a_book_without_a_visible_sheet_says_so(tmp_path):
    assert "visible" in refusal(write_book(tmp_path / "x.xlsx", Sheet(PEOPLE, state="hidden")))


def test_merged_cells_refuse_the_book(tmp_path):
    merged = '<mergeCells count="1"><mergeCell ref="B2:B4"/></mergeCells>'
    assert "B2:B4" in refusal(write_book(tmp_path / "x.xlsx", Sheet(PEOPLE, after=merged)))


@pytest.mark.parametrize("hidden", ['hidden="1"', 'hidden="true"', 'ht="0"'])
def test_data_in_a_hidden_row_refuses_the_book(tmp_path, hidden):
    assert "fila 2" in refusal(write_book(tmp_path / "x.xlsx", Sheet(PEOPLE, row_attributes=hidden)))


@pytest.mark.parametrize("hidden", ['hidden="1"', 'width="0"'])
def test_data_in_a_hidden_column_refuses_the_book_and_an_empty_one_does_not(tmp_path, hidden):
    columns = '<cols><col min="{}" max="16384" {}/></cols>'
    assert "columna B" in refusal(write_book(tmp_path / "x.xlsx", Sheet(PEOPLE, before=columns.format(2, hidden))))
    assert stored(write_book(tmp_path / "y.xlsx", Sheet(PEOPLE, before=columns.format(3, hidden)))) == ["Ana"]


def test_an_error_cell_is_named_with_sheet_and_place(tmp_path):
    assert "«Datos»" in (said := refusal(book_of(tmp_path, "nombres", "Ana", Cell("#REF!", "e"))))
    assert "B3" in said


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("sheet.macroEnabled.main+xml", "XLSM"),
        ("sheet.binary.macroEnabled.main+xml", "macros"),
        ("template.main+xml", "no es XLSX"),
        ("wordprocessingml.document.main+xml", "documento"),
    ],
)
def test_a_package_of_another_kind_is_refused_by_its_content(tmp_path, content, words):
    assert words in refusal(write_book(tmp_path / "x.xlsx", Sheet(PEOPLE), content=content))


# ---- number formats --------------------------------------------------------------------------------------------------

ACCOUNTING = '_-"$"\\ * #,##0.00_-;\\-"$"\\ * #,##0.00_-;_-"$"\\ * "-"??_-;_-@_-'


@pytest.mark.parametrize(
    ("column", "raw", "code", "seen"),
    [
        ("tasa", "0.1268", "0.00%", "12.6800"),
        ("tasa", "0.12682503013197", "0.00 %", "12.6800"),
        ("tasa", "12.68", "", "12.6800"),
        ("valor", "1234.5678", "#,##0.00", "1234.57"),
        ("valor", "0.30000000000000004", "", "0.30"),
        ("valor", "1234567.89", '"$"#,##0.00', "1234567.89"),
        ("valor", "1234567", "[$$-240A]\\ #,##0", "1234567.00"),
        ("valor", "-12.5", ACCOUNTING, "-12.50"),
        ("valor", "0", ACCOUNTING, "0.00"),
        ("valor", "-12.5", "#,##0.00;[Red]-#,##0.00", "-12.50"),
        ("valor", "-12.5", "#,##0.00_);(#,##0.00)", "-12.50"),
        ("valor", "1E+3", "", "1000.00"),
        ("cuotas", "12", "0.00", "12"),
        ("numero", "123", "00000", "00123"),
        ("numero", "123", "@", "123"),
        ("numero", "400123000000", "0", "400123000000"),
        ("documento", "1020304", "#,##0", "1020304"),
        ("nombres", "12", "", "12"),
        ("fecha", "46326", "yyyy-mm-dd", "2026-10-31"),
        ("fecha", "46326", "dd/mm/yyyy;@", "2026-10-31"),
        ("fecha", "46326", "d/m/yyyy h:mm", "2026-10-31"),
        ("fecha", "46326.75", "dd/mm/yy", "2026-10-31"),
        ("fecha", "46326", '[$-240A]d" de "mmmm" de "yyyy;@', "2026-10-31"),
        ("fecha", "61", "dd/mm/yyyy", "1900-03-01"),
    ],
)
def test_a_number_is_stored_as_its_format_shows_it(tmp_path, column, raw, code, seen):
    if column == "documento":
        path = write_book(tmp_path / "x.xlsx", Sheet((("documento",), (Cell(raw, code=code),))))
    else:
        path = book_of(tmp_path, column, Cell(raw, code=code))
    assert stored(path, column) == [seen]


@pytest.mark.parametrize(
    ("column", "raw", "code", "reason"),
    [
        ("valor", "1234.57", "#,##0", "muestra 1235 pero guarda 1234.57"),
        ("tasa", "0.1268", "0%", "muestra 13% pero guarda 12.68%"),
        ("valor", "1234567", "0.0,", "formato"),
        ("valor", "1234567", '0.0,," millones"', "formato"),
        ("valor", "5", "[$€-2]\\ #,##0.00", "formato"),
        ("valor", "400123000000", "0.00E+00", "formato"),
        ("valor", "0.5", "# ?/?", "formato"),
        ("valor", "-5", "0;0", "formato"),
        ("valor", "0", "0;-0;;@", "formato"),
        ("valor", "300", "[>100]0", "formato"),
        ("valor", "300", ";;;", "formato"),
        ("valor", "46326", "yyyy-mm-dd", "fecha"),
        ("valor", "0.12", "0.00%", "no es un número"),
        ("valor", "1234567890123456", "0", "cifras"),
        ("fecha", "60", "dd/mm/yyyy", "marzo de 1900"),
        ("fecha", "1", "dd/mm/yyyy", "marzo de 1900"),
        ("fecha", "-5", "dd/mm/yyyy", "marzo de 1900"),
        ("fecha", "46326", "", "no es una fecha"),
        ("fecha", "46326", "mmm-yy", "formato"),
        ("fecha", "46326", "[h]:mm", "formato"),
        ("fecha", "46326.75", "dd/mm/yyyy h:mm", "hora"),
        ("nombres", "46326", "d-mmm-yy", "como fecha"),
        ("nombres", "1234", "#,##0", "número con formato"),
        ("cuotas", "12.5", "", "número entero"),
    ],
)
def test_a_number_whose_format_hides_or_changes_it_rejects_its_row(tmp_path, column, raw, code, reason):
    [(line, where, why)] = rejected(book_of(tmp_path, column, Cell(raw, code=code)))
    assert (line, where) == (2, column)
    assert reason in why


@pytest.mark.parametrize(
    "cell",
    [
        Cell("46326", code="d-mmm-yy"),  # «10-31» typed as a number of a product
        Cell("1234", code="#,##0"),
        Cell("12.5"),
        Cell("4001230000001234"),
        Cell("4.00123E+16"),
        Cell("400123000000", code="0.00E+00"),
    ],
)
def test_a_number_cell_that_is_no_safe_identifier_refuses_the_book(tmp_path, cell):
    said = refusal(book_of(tmp_path, "numero", "A-1", cell))
    assert "En la hoja «Datos», fila 3, columna numero" in said
    assert "formato de texto" in said


def test_numbers_beside_texts_with_leading_zeros_refuse_the_book(tmp_path):
    assert "«00123»" in (said := refusal(book_of(tmp_path, "numero", Cell("123"), "A", "00123")))
    assert "ceros a la izquierda" in said
    assert stored(book_of(tmp_path, "numero", Cell("123", code="00000"), "00124"), "numero") == ["00123", "00124"]


def test_a_text_that_its_format_hides_rejects_its_row(tmp_path):
    path = write_book(tmp_path / "x.xlsx", Sheet((("documento", "nombres"), (Cell("1020304"), Cell("0", "s", ";;;")))))
    assert "oculta" in rejected(path)[0][2]


def test_dates_of_the_1904_system_are_read_as_shown(tmp_path):
    rows = (("documento", "fecha"), (Cell("1020304"), Cell("44864", code="yyyy-mm-dd")))
    path = write_book(tmp_path / "x.xlsx", Sheet(rows), book='<workbookPr date1904="1"/>')
    assert stored(path, "fecha") == ["2026-10-31"]


def test_rich_text_is_read_whole_without_phonetic_guides(tmp_path):
    rich = '<is><r><t>Ana </t></r><r><t>María</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is>'
    row = f'<row r="2"><c r="A2"><v>1020304</v></c><c r="B2" t="inlineStr">{rich}</c></row>'
    assert stored(write_sheet(tmp_path / "x.xlsx", sheet_of([["documento", "nombres"]]) + row)) == ["Ana María"]


def test_the_strict_namespace_and_prefixes_are_understood(tmp_path):
    for name, sheet in (("strict", "http://purl.oclc.org/ooxml/spreadsheetml/main"), ("prefix", MAIN)):
        xml = f'<x:worksheet xmlns:x="{sheet}"><x:sheetData>{sheet_of([["documento", "nombres"], [1020304, "Ana"]])}'
        for tag in ("row", "c", "v", "is", "t"):
            xml = xml.replace(f"<{tag} ", f"<x:{tag} ").replace(f"<{tag}>", f"<x:{tag}>").replace(f"</{tag}>", f"</x:{tag}>")
        path = write_sheet(tmp_path / f"{name}.xlsx", "")
        _replace(path, "xl/worksheets/sheet1.xml", f"{xml}</x:sheetData></x:worksheet>".encode())
        assert stored(path) == ["Ana"]


# ---- bombs -----------------------------------------------------------------------------------------------------------


def _replace(path: Path, name: str, content: bytes, **how: int) -> Path:
    with ZipFile(path) as package:
        parts = {part: package.read(part) for part in package.namelist()}
    with ZipFile(path, "w") as package:
        for part, data in (parts | {name: content}).items():
            package.writestr(part, data, **(how if part == name else {}))
    return path


def sheet_xml(rows: str, namespace: str = f'xmlns="{MAIN}"') -> bytes:
    return f"<worksheet {namespace}><sheetData>{rows}</sheetData></worksheet>".encode()


@pytest.mark.parametrize(
    ("xml", "sentence"),
    [
        (sheet_xml('<row r="1"><c r="DZz200000"><v>1</v></c></row>'), "dañado"),
        (sheet_xml('<row r="1"><c r="A2"><v>1</v></c></row>'), "dañado"),
        (sheet_xml('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>'), "dañado"),
        (sheet_xml('<row r="2"/><row r="1"/>'), "dañado"),
        (sheet_xml('<row r="1048577"/>'), "dañado"),
        (sheet_xml('<row r="1"><c r="A1" t="s"><v>99999999999</v></c></row>'), "dañado"),
        (sheet_xml('<row r="1"><c r="A1" s="77"><v>1</v></c></row>'), "dañado"),
        (sheet_xml('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "demasiado grande"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]>' + sheet_xml(""), "dañado"),
        (sheet_xml("<x>" * 100_000), "dañado"),
        (sheet_xml(f'<row r="1"><c r="A1"><v>{"1" * 100_000}</v></c></row>'), "demasiado grande"),
        (sheet_xml(f'<row r="{"1" * 3_000_000}"/>'), "demasiado grande"),
        (sheet_xml(f"<!--{'x' * 3_000_000}-->"), "demasiado grande"),
    ],
    ids=range(13),
)
def test_a_sheet_made_to_exhaust_its_reader_is_refused(tmp_path, xml, sentence):
    path = _replace(write_book(tmp_path / "x.xlsx", Sheet(PEOPLE)), "xl/worksheets/sheet1.xml", xml)
    assert sentence in refusal(path)


def test_a_prefixed_far_cell_is_refused(tmp_path):
    far = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>'
    path = write_book(tmp_path / "x.xlsx", Sheet(PEOPLE))
    _replace(path, "xl/worksheets/sheet1.xml", f"{far}</x:sheetData></x:worksheet>".encode())
    assert "demasiado grande" in refusal(path)


def test_a_part_packed_in_another_way_than_a_book_may_is_refused(tmp_path):
    path = write_book(tmp_path / "x.xlsx", Sheet(PEOPLE))
    _replace(path, "xl/worksheets/sheet1.xml", sheet_xml(""), compress_type=ZIP_LZMA)
    assert "dañado" in refusal(path)


def test_a_directory_of_very_many_parts_is_refused_before_it_is_read(tmp_path):
    parts = {f"x/{at}": b"" for at in range(30_000)}
    assert "demasiado grande" in refusal(write_book(tmp_path / "x.xlsx", Sheet(PEOPLE), extra=parts))
