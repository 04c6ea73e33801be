"""Files of arbitrary bytes give rows, rejects or one Spanish sentence; never a traceback."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.files.kinds import DressedNumber, PlainNumber, RefusedCell, ShownDate
from common.files.tables import Reject, Unreadable
from common.files.xlsx.number_formats import number_format
from tests.common.files.reading import Row, read_table
from tests.common.files.sheets import sheet_of, write_sheet
from tests.common.files.test_tables import COLUMNS

ODD = ["1020304", "Ana", '"', "1.234,5", "31/02/2020", "=1+1", "\ufeff", "\x85", "a\rb"]
CELLS = st.text(max_size=20) | st.sampled_from(ODD)
HEADERS = st.sampled_from(["documento,nombres", "documento;nombres;valor", "nombres\tdocumento\tfecha", "correo,documento"])


def read_everything(path) -> None:
    refused = None
    try:
        for found in read_table(path, COLUMNS):
            assert isinstance(found, Row | Reject)
    except Unreadable as error:
        refused = str(error)
    assert refused is None or refused.endswith(".")


@settings(max_examples=150, deadline=None)
@given(content=st.binary(max_size=400))
def test_any_bytes_at_all(content, tmp_path_factory):
    path = tmp_path_factory.mktemp("bytes") / "x.csv"
    path.write_bytes(content)
    read_everything(path)


@settings(max_examples=150, deadline=None)
@given(header=HEADERS, rows=st.lists(st.lists(CELLS, max_size=4), max_size=6), encoding=st.sampled_from(["utf-8", "cp1252"]))
def test_any_cells_under_a_right_header(header, rows, encoding, tmp_path_factory):
    path = tmp_path_factory.mktemp("cells") / "x.csv"
    text = header + "\n" + "\n".join(",".join(row) for row in rows)
    path.write_bytes(text.encode(encoding, "replace"))
    read_everything(path)


@pytest.mark.parametrize("seed", range(60))
def test_a_sheet_with_bytes_changed_or_cut_off(seed, tmp_path):
    chance = random.Random(seed)
    path = write_sheet(tmp_path / "x.xlsx", sheet_of([["documento", "nombres"], [1020304, "Ana"], [1020305, "Eva"]]))
    content = bytearray(path.read_bytes())
    for _ in range(chance.randrange(1, 8)):
        content[chance.randrange(4, len(content))] = chance.randrange(256)
    path.write_bytes(content[: chance.randrange(40, len(content)) if seed % 3 == 0 else None])
    read_everything(path)


@pytest.mark.parametrize("seed", range(40))
def test_a_sheet_whose_xml_is_odd(seed, tmp_path):
    chance = random.Random(seed)
    xml = list(sheet_of([["documento", "nombres"], [1020304, "Ana"]]))
    for _ in range(chance.randrange(1, 5)):
        xml[chance.randrange(len(xml))] = chance.choice('<>/"=& rcv9Z')
    read_everything(write_sheet(tmp_path / "x.xlsx", "".join(xml)))


PIECES = [
    "0",
    "#",
    "?",
    ".",
    ",",
    "%",
    ";",
    "@",
    "General",
    "d",
    "m",
    "yyyy",
    "h",
    '"x"',
    "\\",
    "_",
    "*",
    "[Red]",
    "[$$-240A]",
    "[",
    "E+",
]


@settings(max_examples=400, deadline=None)
@given(
    code=st.text(max_size=12) | st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
    raw=st.text(max_size=8) | st.floats().map(repr) | st.sampled_from(["NaN", "sNaN", "-Infinity", "1e999999", "-0", "٣"]),
)
def test_any_number_in_any_format_is_shown_or_refused(code, raw):
    shown = number_format(code).shown(raw)
    assert isinstance(shown, PlainNumber | DressedNumber | ShownDate | RefusedCell)
    assert shown
