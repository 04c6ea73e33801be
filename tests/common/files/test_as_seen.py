"""Property: every value stored equals what a person sees in the file, or the file, column or row is refused.

Files are generated from what a person would see: people and amounts are invented, then written as programs and spreadsheets
write them, well or badly (floats, other encodings, American dates, stray quotes, number formats).
"""

import os
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.files.tables import Reject, Unreadable
from registry.columns import member_columns
from statements.importing.columns import product_targets
from tests.common.files.books import Cell, Sheet, write_book
from tests.common.files.reading import Row, read_table

TODAY = date(2026, 11, 28)
MEMBERS = member_columns(TODAY)
PRODUCTS = [target.column for target in product_targets(TODAY)]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
often = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
NAMES = ["Ana", "José María", "Peña", "Núñez", "MUÑOZ", "Álvarez", "Gómez Ruiz", "Ñáñez", "LÓPEZ", "Luz 😀", "D’Angelo"]


def outcome(path: Path, columns: list[Any]) -> tuple[list[Row], list[Reject], str]:
    found: list[Any] = []
    try:
        found = list(read_table(path, columns))
    except Unreadable as error:
        return [], [], str(error)
    return [one for one in found if isinstance(one, Row)], [one for one in found if isinstance(one, Reject)], ""


def assert_as_seen(path: Path, columns: list[Any], seen: dict[str, dict[str, str]], key: str) -> bool:
    """Whether the file went in; each row that did is as it was seen, and no row is missing without a word."""
    rows, rejects, refusal = outcome(path, columns)
    for row in rows:
        truth = seen[row.values[key]]
        assert {name: row.values[name] for name in truth} == truth, (row, truth)
    assert refusal.endswith(".") if refusal else len(rows) + len(rejects) == len(seen)
    return not refusal


# ---- CSV -------------------------------------------------------------------------------------------------------------


def people(chance: Random) -> list[dict[str, str]]:
    return [
        {
            "documento": str(1_000_000 + 7 * at),
            "nombres": chance.choice(NAMES),
            "apellidos": chance.choice(NAMES),
            "fecha_nacimiento": (date(1940, 1, 1) + timedelta(days=chance.randrange(20_000))).isoformat(),
            "celular": f"3{chance.randrange(10**9):09}",
            "direccion": chance.choice(["Calle 45 # 23-60", "El Lago, Mz 3", 'Cra 7 "La 14" # 3', "Mz 3\nCs 4", ""]),
        }
        for at in range(chance.randrange(1, 40))
    ]


def dotted(text: str) -> str:
    return f"{int(text):,}".replace(",", ".")


def american(text: str) -> str:
    return f"{text[5:7]}/{text[8:]}/{text[:4]}"


DRESSES: dict[str, list[Any]] = {
    "documento": [str, str, dotted, lambda text: f"{text}.0", lambda text: f"{float(text):.5E}"],
    "celular": [str, str, lambda text: f"+57 {text[:3]} {text[3:]}", lambda text: f"{text}.0", lambda text: f"{text}.00"],
    "fecha_nacimiento": [str, lambda text: f"{text[8:]}/{text[5:7]}/{text[:4]}", american, lambda text: f"{text}T05:00:00Z",
                         lambda text: f"{text[8:]}/{text[5:7]}/{text[2:4]}"],
    "nombres": [str, str, lambda text: text.encode().decode("cp1252", "replace"), lambda text: f"  {text} "],
}  # fmt: skip
ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "cp850", "mac_roman", "utf-16"]


def certain(column: str, dress: Any, rows: list[dict[str, str]]) -> bool:
    """Whether a person could tell: days up to twelve alone show no order, and nobody reads a mistyped letter for another."""
    if dress is not american:
        return True
    later = sum(row[column][8:] > "12" for row in rows)
    return later >= 2 and later * 100 > len(rows)


@often
@given(seed=st.integers(0, 2**32), delimiter=st.sampled_from(",;\t"), encoding=st.sampled_from(ENCODINGS), quoted=st.booleans())
def test_a_csv_file_goes_in_as_it_is_seen_or_is_refused(tmp_path_factory, seed, delimiter, encoding, quoted):
    chance = Random(seed)
    rows = people(chance)
    dresses = {name: chance.choice(DRESSES.get(name, [str])) for name in rows[0]}
    if not all(certain(name, dress, rows) for name, dress in dresses.items()):
        return
    lines = [list(rows[0]), *([dresses[name](value) for name, value in row.items()] for row in rows)]
    text = "\r\n".join(delimiter.join(_quoted(cell, delimiter, quoted) for cell in line) for line in lines)
    path = tmp_path_factory.mktemp("csv") / "x.csv"
    path.write_bytes(text.encode(encoding, "ignore"))
    seen = {row["documento"]: _as_encoded(row, encoding) for row in rows}
    assert_as_seen(path, MEMBERS, seen, "documento")


def _quoted(cell: str, delimiter: str, always: bool) -> str:
    needs = always or any(sign in cell for sign in f'{delimiter}\n"')
    return '"' + cell.replace('"', '""') + '"' if needs else cell


def _as_encoded(row: dict[str, str], encoding: str) -> dict[str, str]:
    """What is left of a row in an encoding without some of its letters; line breaks are spaces."""
    return {name: " ".join(value.encode(encoding, "ignore").decode(encoding).split()) for name, value in row.items()}


@often
@given(seed=st.integers(0, 2**32), stray=st.integers(1, 3))
def test_no_row_is_lost_between_stray_quotes(tmp_path_factory, seed, stray):
    chance = Random(seed)
    rows = [(str(1_000_000 + at), chance.choice(NAMES), chance.choice(NAMES)) for at in range(chance.randrange(2, 12))]
    text = "\n".join(["documento,nombres,apellidos", *(",".join(row) for row in rows)]) + "\n"
    for _ in range(stray):
        at = chance.randrange(29, len(text))
        text = f'{text[:at]}"{text[at:]}'
    path = tmp_path_factory.mktemp("quotes") / "x.csv"
    path.write_text(text, encoding="utf-8")
    found, rejects, refusal = outcome(path, MEMBERS)
    assert refusal or {row.values["documento"] for row in found} | {reject.line for reject in rejects}
    assert refusal or len(found) + len(rejects) == len(rows)


# ---- XLSX ------------------------------------------------------------------------------------------------------------


def money(chance: Random) -> tuple[Cell | str, str]:
    """A cell, and the amount a person sees in it."""
    value = Decimal(chance.randrange(-(10**9), 10**9)).scaleb(-chance.choice([0, 1, 2, 4]))
    code = chance.choice(["", "0.00", "#,##0.00", '"$"\\ #,##0.00;-"$"\\ #,##0.00', "#,##0", "0", "0.0,", "0.00E+00", "0.00%"])
    cents = f"{value.quantize(Decimal('0.01'), ROUND_HALF_UP):.2f}".replace("-0.00", "0.00")
    return Cell(repr(float(value)), code=code), cents


def rate(chance: Random) -> tuple[Cell | str, str]:
    value = Decimal(chance.randrange(0, 40_000)).scaleb(-2)
    code, raw = chance.choice(
        [("0.00%", value / 100), ("0.00", value), ("", value), ("0%", value / 100), ("0.0000%", value / 100)]
    )
    return Cell(repr(float(raw)), code=code), f"{value:.4f}"


def when(chance: Random) -> tuple[Cell | str, str]:
    day = date(1990, 1, 1) + timedelta(days=chance.randrange(13_000))
    serial = str((day - date(1899, 12, 30)).days)
    code = chance.choice(
        ["dd/mm/yyyy", "yyyy-mm-dd;@", '[$-240A]d" de "mmmm" de "yyyy', "d-mmm-yy", "mmm-yy", "h:mm", "", "#,##0"]
    )
    return chance.choice([Cell(serial, code=code), f"{day:%d/%m/%Y}", day.isoformat()]), day.isoformat()


def product(chance: Random, at: int) -> tuple[dict[str, Cell | str], dict[str, str]]:
    number = chance.choice([f"{at:05}", f"A-{at}", str(1000 + at)])
    written: dict[str, Cell | str] = {"documento": Cell("1020304", code=chance.choice(["", "0", "#,##0"])), "tipo": "credito"}
    written["numero"] = Cell(number, code="00000") if number.startswith("0") and chance.random() < 0.5 else number
    if number.isdecimal() and chance.random() < 0.3:
        written["numero"] = Cell(
            number.lstrip("0") or "0", code="00000" if number.startswith("0") else chance.choice(["", "#,##0"])
        )
    seen = {"numero": number}
    for name, make in (("saldo", money), ("tasa_ea", rate), ("fecha_corte", when)):
        written[name], seen[name] = make(chance)
    return written, seen


@often
@given(seed=st.integers(0, 2**32))
def test_a_sheet_goes_in_as_it_is_seen_or_is_refused(tmp_path_factory, seed):
    chance = Random(seed)
    given = [product(chance, at) for at in range(1, chance.randrange(2, 15))]
    header = list(given[0][0])
    path = tmp_path_factory.mktemp("xlsx") / "x.xlsx"
    write_book(path, Sheet([header, *([written[name] for name in header] for written, _ in given)]))
    assert_as_seen(path, PRODUCTS, {seen["numero"]: seen for _, seen in given}, "numero")


@pytest.mark.parametrize("make", [money, rate, when])
def test_most_cells_of_the_generator_are_read(tmp_path, make):
    """Refusing everything would satisfy the properties above, too."""
    chance = Random(7)
    column = {"money": "saldo", "rate": "tasa_ea", "when": "fecha_corte"}[make.__name__]
    rows = [("documento", "numero", "tipo", "saldo", "fecha_corte", column)] if column == "tasa_ea" else []
    rows = rows or [tuple(dict.fromkeys(("documento", "numero", "tipo", "saldo", "fecha_corte")))]
    for at in range(200):
        cells = {"documento": "1020304", "numero": f"A{at}", "tipo": "ahorro", "saldo": "1.00", "fecha_corte": "2026-10-31"}
        rows.append(tuple((cells | {column: make(chance)[0]})[name] for name in rows[0]))
    read, rejects, refusal = outcome(write_book(tmp_path / "x.xlsx", Sheet(rows)), PRODUCTS)
    assert not refusal
    assert len(read) > 60
    assert rejects
