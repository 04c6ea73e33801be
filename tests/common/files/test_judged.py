"""What shows that a whole column or file was changed refuses the file: with the place, what was seen and what to do."""

from pathlib import Path

import pytest

from common.files import cells
from common.files.tables import Column, Reject, Unreadable
from tests.common.files.reading import Row, read_table
from tests.common.files.test_tables import COLUMNS as MEMBERS

COLUMNS = (*MEMBERS, Column("numero", cells.identifier(32)), Column("referencia", cells.identifier(40)))
IDENTIFIERS = ("documento", "celular", "numero", "referencia")


def written(tmp_path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = tmp_path / "archivo.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def with_cells(tmp_path: Path, column: str, *typed: str) -> Path:
    """A file whose rows are right but for one column."""
    rows = [{"documento": f"10203{at:02}", "nombres": "Ana", column: cell} for at, cell in enumerate(typed)]
    lines = [";".join(rows[0]), *(";".join(row.values()) for row in rows)]
    return written(tmp_path, "\n".join(lines) + "\n")


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as error:
        list(read_table(path, COLUMNS))
    return str(error.value)


def stored(path: Path, column: str) -> list[str]:
    return [found.values[column] for found in read_table(path, COLUMNS) if isinstance(found, Row)]


def rejected(path: Path) -> list[tuple[int, str, str]]:
    return [found[:3] for found in read_table(path, COLUMNS) if isinstance(found, Reject)]


# ---- identifiers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", IDENTIFIERS)
@pytest.mark.parametrize(
    "cell", ["3001234567.0", "3001234567,00", " 1020304.0 ", "4.00123E+11", "1,02E+15", "4E+11", "1.5e-7", "1020304.00"]
)
def test_an_identifier_that_went_through_a_float_refuses_the_file(tmp_path, column, cell):
    said = refusal(with_cells(tmp_path, column, "3001234567", cell))
    assert f"línea 3, columna {column}: «{cell.strip()}»" in said
    assert "formato de texto" in said
    assert "No se trajo nada" in said


@pytest.mark.parametrize(
    ("column", "cell", "kept"),
    [
        ("documento", "1.020.304", "1020304"),
        ("documento", "1,020,304", "1020304"),
        ("documento", "900.123.456-7", "9001234567"),
        ("celular", "300.123.4567", "3001234567"),
        ("celular", "(604) 555 34 19", "6045553419"),
        ("numero", "0101-000123", "0101-000123"),
        ("numero", "00123", "00123"),
        ("numero", "10.2", "10.2"),
        ("numero", "12E4", "12E4"),
        ("referencia", "001.00", "001.00"),
    ],
)
def test_an_identifier_with_marks_that_mean_nothing_is_kept(tmp_path, column, cell, kept):
    assert stored(with_cells(tmp_path, column, cell), column) == [kept]


@pytest.mark.parametrize(
    ("column", "cell"), [("documento", "1020304.5"), ("documento", "10.20304"), ("celular", "3001234567.5")]
)
def test_a_mark_in_an_odd_place_rejects_the_row_instead_of_vanishing(tmp_path, column, cell):
    assert [(line, where) for line, where, _ in rejected(with_cells(tmp_path, column, "3001234567", cell))] == [(3, column)]


@pytest.mark.parametrize("cell", ["12 34", "1$2", "1.5 %", "12.345", "1,234.50"])
def test_an_amount_whose_signs_would_vanish_is_rejected(tmp_path, cell):
    assert [where for _, where, _ in rejected(with_cells(tmp_path, "valor", cell))] == ["valor"]


# ---- dates -----------------------------------------------------------------------------------------------------------


def dates(right: int, month_first: int) -> list[str]:
    return ["05/04/1970"] * right + ["08/25/1970"] * month_first


@pytest.mark.parametrize(("right", "month_first"), [(1, 2), (0, 2), (197, 2), (97, 3)])
def test_dates_with_the_month_first_refuse_the_file(tmp_path, right, month_first):
    said = refusal(with_cells(tmp_path, "fecha", *dates(right, month_first)))
    assert f"columna fecha: {month_first} de {right + month_first} fechas" in said
    assert "«08/25/1970»" in said


@pytest.mark.parametrize(("right", "month_first"), [(0, 1), (50, 1), (198, 2), (400, 4)])
def test_a_few_dates_with_the_month_first_reject_their_rows(tmp_path, right, month_first):
    path = with_cells(tmp_path, "fecha", *dates(right, month_first))
    assert len(stored(path, "fecha")) == right
    assert {why for _, _, why in rejected(path)} == {"esa fecha no existe en el calendario"}


def test_dates_of_both_batches_are_counted_together(tmp_path, monkeypatch):
    monkeypatch.setattr("common.files.tables.BATCH", 3)
    assert "2 de 6 fechas" in refusal(with_cells(tmp_path, "fecha", *dates(4, 2)))


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("31/05/58", "cuatro cifras"),
        ("58-05-31", "cuatro cifras"),
        ("31/02/1970", "no existe"),
        ("29/02/1900", "no existe"),
        ("1970-05-31T00:00:00Z", "hora"),
        ("1970-05-31T00:00:00-05:00", "hora"),
        ("1970-05-31 14:30", "hora"),
        ("31/05/1970 0:00", "hora"),
        ("0970-05-31", "debe estar entre"),
        ("31/05/9999", "debe estar entre"),
        ("46326", "no es una fecha"),
        ("31 de mayo de 1970", "no es una fecha"),
    ],
)
def test_a_date_that_is_not_certain_rejects_its_row(tmp_path, cell, reason):
    [(line, column, why)] = rejected(with_cells(tmp_path, "fecha", cell))
    assert (line, column) == (2, "fecha")
    assert reason in why


# ---- quotes and delimiters -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ('1001,"Ana\n1002,Eva\n1003,"Luz\n1004,Tito', (2, 4)),  # the second quote is no end of a cell
        ('1001,"Ana\n1002,"\n1003,Luz', (2, 3)),  # it is, so one cell swallows a row
        ('1001,Ana\n1002,"Eva\n1003,Luz', (3, 4)),  # never closed
        ('1001,"Ana"María\n', (2, 2)),
    ],
)
def test_stray_quotes_refuse_the_file_with_the_lines(tmp_path, rows, lines):
    said = refusal(written(tmp_path, f"documento,nombres\n{rows}\n"))
    assert "Entre las líneas {} y {}".format(*lines) in said


def test_quotes_inside_a_cell_and_line_breaks_in_quotes_are_read(tmp_path):
    path = written(tmp_path, 'documento,nombres\n1001,Ana "la mona" Ruiz\n1002,"Eva\nLuz"\n1003,"Li ""x"", y"\n')
    assert stored(path, "nombres") == ['Ana "la mona" Ruiz', "Eva Luz", 'Li "x", y']


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("first", ["sep={}", '"sep={}"', "SEP={}"])
def test_a_first_line_that_names_the_delimiter_is_understood(tmp_path, delimiter, first):
    text = f"{first}\ndocumento,nombres\n1001,Ana\nmalo,Eva\n".replace(",", "\x00").format(delimiter).replace("\x00", delimiter)
    path = written(tmp_path, text, "utf-8-sig")
    assert stored(path, "nombres") == ["Ana"]
    assert [line for line, _, _ in rejected(path)] == [4]


def test_another_delimiter_is_named(tmp_path):
    assert "«|»" in refusal(written(tmp_path, "sep=|\ndocumento|nombres\n1001|Ana\n"))


# ---- encodings -------------------------------------------------------------------------------------------------------

NAMES = ["Peña", "José María", "Núñez Gómez", "ÁLVAREZ MUÑOZ", "Lucía", "Íñiguez", "GARCÍA", "Ríos", "Úsuga", "agüero"]


def file_of(names: list[str]) -> str:
    return "documento;nombres\n" + "".join(f"{1001 + at};{name}\n" for at, name in enumerate(names))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
@pytest.mark.parametrize("name", NAMES)
def test_each_spanish_letter_is_read_in_the_encodings_of_the_contract(tmp_path, encoding, name):
    assert stored(written(tmp_path, file_of([name]), encoding), "nombres") == [name]


@pytest.mark.parametrize(
    ("encoding", "words"), [("cp850", "MS-DOS"), ("mac_roman", "Macintosh"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16")]
)
@pytest.mark.parametrize("names", [NAMES, ["Ana", "Muñoz"], ["Luz", "GARCÍA LÓPEZ"], ["María"]], ids=len)
def test_another_encoding_is_named(tmp_path, encoding, words, names):
    assert words in refusal(written(tmp_path, file_of(names), encoding))


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman", "utf-8"])
@pytest.mark.parametrize("name", ["Muñoz", "Gómez Peña", "MUÑOZ", "José Núñez"])
def test_a_file_saved_again_after_a_wrong_reading_is_refused_with_the_place(tmp_path, encoding, name):
    spoiled = name.encode(encoding).decode("cp1252", "replace")
    said = refusal(written(tmp_path, file_of(["Ana", spoiled])))
    assert "línea 3, columna nombres" in said
    assert "otra codificación" in said


@pytest.mark.parametrize(
    "sign", ["\x80", "\x9f", "\ufffd", "Mu¤oz", "Mu–oz", "Mu—oz", "MuÃ±oz", "Mu├▒oz", "Mu√±oz", "Mar¡a", "G¢mez"]
)
def test_each_sign_of_a_wrong_encoding_refuses_the_file(tmp_path, sign):
    assert "línea 2, columna nombres" in refusal(written(tmp_path, file_of([sign])))


@pytest.mark.parametrize(
    "name",
    ["Luz 😀", "李小龍", "Мария", "D’Angelo", "O´Neil", "São João", "CONCEIÇÃO", "Mª Ángela", "Edificio N° 3",
     "Gómez – Restrepo", "«La Paz»", "Calle 5 ½", "Muñoz-Peña", "Ærø", "Château", "L·l", "Łukasz", "¡Hola!"],
)  # fmt: skip
def test_other_rare_signs_go_in(tmp_path, name):
    assert stored(written(tmp_path, file_of([name])), "nombres") == [name]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"<html><table><tr><td>documento", "página web"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook>", "página web"),
        (b"\x1f\x8b\x08\x00", "comprimido"),
        (b"PK\x05\x06" + b"\0" * 18, "ZIP"),
        (b"\x09\x08\x10\x00\x00\x06", "no es de texto"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel antiguo"),
    ],
)
def test_a_file_of_another_kind_is_named_whatever_it_is_called(tmp_path, content, words):
    assert words in refusal(written(tmp_path, content))
