"""Arbitrary bytes in an imported file give rows, rejects with reasons, or one sentence; never a crash."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.files.tables import Unreadable, open_table
from registry.columns import member_columns

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))
often = settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
HEADER = "documento,nombres,apellidos,fecha_nacimiento,correo,celular,estado"
CELLS = [
    "32451867",
    "Rosa",
    "31/05/1958",
    "1958-02-30",
    "a@b.co",
    "activo",
    "",
    '"',
    "=1+1",
    "\x00",
    "٣٢٤",
    "é",
    "\ufeff",
    "9" * 400,
    "\u202e",
]
cells = st.one_of(st.sampled_from(CELLS), st.text(max_size=30))
lines = st.lists(cells, max_size=9).flatmap(lambda row: st.sampled_from([",", ";", "\t"]).map(lambda mark: mark.join(row)))
tables = st.lists(lines, max_size=8).map(lambda rows: "\n".join([HEADER, *rows]).encode("utf-8", "surrogatepass"))


def read(folder: Path, name: str, content: bytes) -> None:
    from datetime import date

    path = folder / name
    path.write_bytes(content)
    try:
        table = open_table(path, member_columns(date(2021, 10, 21)))
        for batch in table.batches():
            assert len(batch.columns) == len(table.columns)
            assert {len(column) for column in batch.columns} == {len(batch.lines)}
            assert all(reject.reason for reject in batch.rejects)
    except Unreadable as refusal:
        assert str(refusal)  # noqa: PT017  raising is one of the right ends


@pytest.mark.parametrize("name", ["socios.csv", "socios.xlsx"])
def test_arbitrary_bytes_are_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    @often
    @given(st.one_of(st.binary(max_size=400), st.binary(max_size=100).map(lambda tail: b"PK\x03\x04" + tail)))
    def fuzz(content: bytes) -> None:
        read(tmp_path, name, content)

    fuzz()


def test_tables_full_of_odd_cells_are_read_or_refused_row_by_row(tmp_path: Path) -> None:
    @often
    @given(tables)
    def fuzz(content: bytes) -> None:
        read(tmp_path, "socios.csv", content)

    fuzz()
