"""Reading CSV and XLSX files: what is accepted, and what is refused with a sentence."""

import os
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from common.files import cells
from common.files.encoding import open_text
from common.files.kinds import BadCell
from common.files.rejects import Rejects
from common.files.tables import Column, Reject, Unreadable, open_table
from tests.common.files.reading import Row, read_table
from tests.common.files.sheets import sheet_of, write_sheet

COLUMNS = (
    Column("documento", cells.DOCUMENT, required=True),
    Column("nombres", cells.text(80), required=True),
    Column("fecha", cells.day(latest=date(2026, 1, 1))),
    Column("valor", cells.MONEY),
    Column("correo", cells.EMAIL),
    Column("celular", cells.PHONE),
)


def written(tmp_path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = tmp_path / "archivo.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def values(path: Path) -> list[dict[str, str]]:
    return [row.values for row in read_table(path, COLUMNS) if isinstance(row, Row)]


def rejects(path: Path) -> list[tuple[int, str, str]]:
    return [found[:3] for found in read_table(path, COLUMNS) if isinstance(found, Reject)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_delimiter_and_encoding_are_detected(tmp_path, delimiter, encoding):
    text = "nombres,documento\r\nJosé Ñúñez,1020304\r\n".replace(",", delimiter)
    assert values(written(tmp_path, text, encoding)) == [
        {"documento": "1020304", "nombres": "José Ñúñez", "fecha": "", "valor": "", "correo": "", "celular": ""}
    ]


@pytest.mark.parametrize(
    ("column", "typed", "read"),
    [
        ("documento", " 1.020.304 ", "1020304"),
        ("nombres", "  Ana   María ", "Ana María"),
        ("fecha", "31/05/1980", "1980-05-31"),
        ("fecha", "1980-05-31 00:00:00", "1980-05-31"),
        ("valor", "1.234.567,89", "1234567.89"),
        ("valor", "$ 1.234.567", "1234567.00"),
        ("valor", "-50000", "-50000.00"),
        ("valor", "0,5", "0.50"),
        ("correo", " Ana@Correo.COM", "ana@correo.com"),
        ("celular", "+57 300 123-4567", "3001234567"),
    ],
)
def test_cells_are_read_in_canonical_form(tmp_path, column, typed, read):
    row = {"documento": "1020304", "nombres": "Ana", column: typed}
    path = written(tmp_path, f"{';'.join(row)}\n{';'.join(row.values())}\n")
    assert values(path)[0][column] == read


@pytest.mark.parametrize(
    ("column", "typed", "reason"),
    [
        ("documento", "12", "entre 3 y 15"),
        ("documento", "AB123", "solo números"),
        ("documento", "", "está vacía"),
        ("nombres", "x" * 81, "caben 80"),
        ("nombres", "Ana\x07", "no se pueden leer"),
        ("fecha", "31/02/1980", "no existe"),
        ("fecha", "05-31-1980", "AAAA-MM-DD"),
        ("fecha", "2090-01-01", "debe estar entre"),
        ("valor", "1.234", "decimales"),
        ("valor", "mil", "no es un número"),
        ("valor", "١٢٣", "no es un número"),
        ("correo", "ana@", "correo completo"),
        ("celular", "300", "teléfono"),
    ],
)
def test_a_bad_cell_is_rejected_with_line_column_and_reason(tmp_path, column, typed, reason):
    row = {"documento": "1020304", "nombres": "Ana", column: typed}
    path = written(tmp_path, f"{';'.join(row)}\n{';'.join(row.values())}\n")
    [(line, where, why)] = rejects(path)
    assert (line, where) == (2, column)
    assert reason in why


def test_good_rows_are_read_beside_bad_ones(tmp_path):
    path = written(tmp_path, "documento,nombres\n1020304,Ana\nmalo,Luis\n1020305,Eva\n")
    assert [row["documento"] for row in values(path)] == ["1020304", "1020305"]
    assert rejects(path) == [(3, "documento", "El documento lleva solo números")]


def test_a_row_of_the_wrong_width_is_rejected_and_empty_padding_is_not(tmp_path):
    path = written(tmp_path, "documento,nombres\n1020304,Ana,,\n1020305\n1020306,Eva,Cali\n")
    assert len(values(path)) == 1
    assert [line for line, _, _ in rejects(path)] == [3, 4]


def test_line_numbers_are_right_after_a_cell_with_line_breaks(tmp_path):
    path = written(tmp_path, 'documento,nombres\n1020304,"Ana\nMaría"\n\n\nmalo,Eva\n')
    assert values(path)[0]["nombres"] == "Ana María"
    assert rejects(path)[0][0] == 6


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "está vacío"),
        (b"\n" * 1000, "está vacío"),
        (b"documento,nombres,color\n1020304,Ana,rojo\n", "no se conocen: color"),
        (b"documento\n1020304\n", "faltan columnas: nombres"),
        (b"documento,nombres,nombres\n1020304,Ana,Ana\n", "repetidas: nombres"),
        ("documento,nombres\n1020304,José\n1020305,Jos".encode() + "é".encode()[:1], "mitad de una letra"),
        ("documento,nombres\n1020304,José\n".encode() + b"1020305,Jos\xe9\n", "línea 3"),
        (b"documento,nombres\n1020304,\x81\n", "línea 2"),
        (b"documento,nombres\n1020304," + b"x" * 10_000_000, "mil letras"),
        (b'documento,nombres\n1020304,"' + b"x\n" * 20_000, "comillas"),
        ("documento,nombres\n1020304,Ana\n".encode("utf-16"), "UTF-16"),
        (b"documento,nombres\n1020304,A\0na\n", "no es de texto"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 500, "XLSX sin contraseña"),
        (b"PK\x03\x04" + b"x" * 500, "dañado"),
    ],
)
def test_a_broken_file_is_refused_whole_with_a_sentence(tmp_path, content, sentence):
    with pytest.raises(Unreadable, match=sentence):
        list(read_table(written(tmp_path, content), COLUMNS))


@pytest.mark.parametrize("opened", [lambda path: open_table(path, COLUMNS), open_text])
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda path: None, "no existe. Revise el nombre y la carpeta"),
        (Path.mkdir, "es una carpeta"),
        (os.mkfifo, "no es un archivo común"),  # nobody writes into it: opened to read, it would wait for ever
        (lambda path: path.symlink_to("/dev/null"), "no es un archivo común"),
        (lambda path: path.symlink_to(path), "pasa por demasiados enlaces"),
    ],
    ids=["missing", "folder", "pipe", "device", "circle of links"],
)
def test_what_is_no_file_to_read_is_refused_in_spanish(tmp_path, opened, make, reason):
    make(path := tmp_path / "archivo.csv")
    with pytest.raises(Unreadable, match=f"No se pudo abrir el archivo {path}: {reason}"):
        opened(path)


def test_a_million_empty_lines_are_read_quickly(tmp_path):
    path = written(tmp_path, "documento,nombres\n" + "\n" * 1_000_000 + "1020304,Ana\n")
    tracemalloc.start()
    assert len(values(path)) == 1
    assert tracemalloc.get_traced_memory()[1] < 30 * 2**20
    tracemalloc.stop()


def test_a_sheet_is_read_with_its_numbers_and_dates(tmp_path):
    head = ["documento", "nombres", "valor", "fecha"]
    rows = [head, [1020304, "Ana", 1234567.89, "1980-05-31"], ["", "", "", ""], [5, "Eva", 1, ""]]
    path = write_sheet(tmp_path / "a.xlsx", sheet_of(rows))
    assert values(path)[0]["valor"] == "1234567.89"
    assert rejects(path) == [(4, "documento", "El documento tiene entre 3 y 15 números")]


def test_formulas_are_read_by_their_saved_value(tmp_path):
    head = sheet_of([["documento", "nombres"]])
    row = '<row r="2"><c r="A2"><f>1020303+1</f><v>1020304</v></c><c r="B2" t="str"><f>"A"</f><v>Ana</v></c></row>'
    assert values(write_sheet(tmp_path / "a.xlsx", head + row))[0]["documento"] == "1020304"


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ('<row r="2"><c r="A2"><f>1+1</f></c></row>', "fórmulas sin resultado"),
        ('<row r="2"><c r="A2" t="e"><v>#N/A</v></c></row>', "celdas con error"),
        ('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "demasiado grande"),
        ('<row r="2"><c><v>1</v></c></row>', "dónde va cada celda"),
        ("<row r='x", "dañado"),
    ],
)
def test_a_malformed_sheet_is_refused_before_it_is_opened(tmp_path, row, sentence):
    path = write_sheet(tmp_path / "a.xlsx", sheet_of([["documento", "nombres"]]) + row)
    with pytest.raises(Unreadable, match=sentence):
        open_table(path, COLUMNS)


def test_a_zip_bomb_is_refused_without_unpacking_it(tmp_path):
    bomb = {"xl/media/image1.png": b"0" * 120_000_000}
    path = write_sheet(tmp_path / "a.xlsx", sheet_of([["documento", "nombres"]]), bomb)
    assert path.stat().st_size < 200_000
    with pytest.raises(Unreadable, match="demasiado grande"):
        open_table(path, COLUMNS)


def test_a_rejects_file_once_corrected_is_read_again(tmp_path):
    path = written(tmp_path, "linea,columna,motivo,documento,nombres\n3,documento,malo,1020304,Ana\n")
    assert values(path)[0]["documento"] == "1020304"


def test_only_its_owner_can_read_the_rejects_file(tmp_path):
    out = tmp_path / "malos.csv"
    table = open_table(written(tmp_path, "documento,nombres\nmalo,Ana\n"), COLUMNS)
    with Rejects(out, table.header) as told:
        for batch in table.batches():
            told.add(batch.rejects)
    assert out.read_text().splitlines()[1] == "2;documento;El documento lleva solo números;malo;Ana"
    assert (told.count, out.stat().st_mode & 0o777) == (1, 0o600)


SHEET_ERRORS = (
    "#N/A", "#N/D", "#REF!", "#¡REF!", "#VALUE!", "#¡VALOR!", "#DIV/0!", "#¡DIV/0!", "#NAME?", "#¿NOMBRE?", "#NUM!", "#¡NUM!",
    "#NULL!", "#¡NULO!", "#¡DESBORDAMIENTO!", "########", " #n/a ",
)  # fmt: skip


@pytest.mark.parametrize("error", SHEET_ERRORS)
def test_an_error_of_the_spreadsheet_is_no_name(tmp_path, error):
    path = written(tmp_path, f"documento,nombres\n1020304,{error}\n1020305,# 5-23 Ana\n")
    reason = f"«{error.strip()}» es un error de la hoja de cálculo: escriba el dato"
    assert rejects(path) == [(2, "nombres", reason)]
    assert [row["nombres"] for row in values(path)] == ["# 5-23 Ana"]


def test_an_error_of_the_spreadsheet_is_no_product_number():
    with pytest.raises(BadCell, match="es un error de la hoja de cálculo"):
        cells.identifier(32).parse("#N/A")
    assert not cells.identifier(32).all_clean(["20-1", "#N/A"])
