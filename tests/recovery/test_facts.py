"""Which facts may be asked, and how their part reads."""

from datetime import date

import pytest

from accounts.word_picture.words import words
from recovery.facts import KINDS

FACTS = [
    ("birth", date(1958, 5, 31), "31 de mayo"),
    ("birth", date(1958, 1, 1), ""),
    ("birth", date(1960, 2, 29), ""),
    ("birth", None, ""),
    ("issue", date(1979, 8, 14), "14 de agosto"),
    ("issue", date(1979, 12, 25), ""),
    ("mobile", "3105552827", "termina en 2827"),
    ("mobile", "573105552827", "termina en 2827"),
    ("mobile", "310 555 28 27", "termina en 2827"),
    ("mobile", "3105552222", ""),
    ("mobile", "3001234567", ""),
    ("mobile", "5552827", ""),
    ("mobile", "", ""),
    ("landline", "6045553419", "termina en 3419"),
    ("landline", "5553419", "termina en 3419"),
    ("landline", "0000000", ""),
    ("address", "Calle 45 # 23-95", "termina en -95"),
    ("address", "CLL 45 No. 23 - 95.", "termina en -95"),
    ("address", "cl 45 23 95", "termina en -95"),
    ("address", "Carrera 7A # 12 Bis - 5", "termina en -05"),
    ("address", "Carrera 7 # 12-00", ""),
    ("address", "Carrera 7 # 12-95 Apto 301", ""),
    ("address", "Carrera 7 # 12-95 Apto 12", ""),
    ("address", "Manzana 5 Casa 12", ""),
    ("address", "Calle 45 # 23-195", ""),
    ("address", "Finca La Esperanza", ""),
]


@pytest.mark.parametrize(("kind", "value", "reads"), FACTS)
def test_a_fact_shows_one_part_or_is_not_asked(kind: str, value: object, reads: str) -> None:
    part = KINDS[kind].part(value)
    assert (KINDS[kind].reads(part) if part else "") == reads


def test_an_address_typed_again_keeps_its_part() -> None:
    spellings = ["Calle 45 # 23-95", "CALLE 45 No 23 -95 ", "Cl. 45 Nro. 23 – 95", "Cll 45 N° 23 95"]
    assert {KINDS["address"].part(spelling) for spelling in spellings} == {"95"}


def test_a_corrected_birth_year_keeps_its_part() -> None:
    assert KINDS["birth"].part(date(1958, 5, 31)) == KINDS["birth"].part(date(1985, 5, 31))


def test_every_usable_part_reads_and_differs() -> None:
    for kind in KINDS.values():
        assert len(set(map(kind.reads, kind.parts))) == len(kind.parts) > 90


def test_no_part_that_stands_out_is_ever_a_decoy() -> None:
    assert not {"01-01", "02-29"} & set(KINDS["birth"].parts)
    assert not {"01-01", "02-29", "12-25"} & set(KINDS["issue"].parts)
    assert not {f"{digit}" * 4 for digit in "0123456789"} & set(KINDS["mobile"].parts)
    assert KINDS["address"].parts == tuple(f"{number:02}" for number in range(1, 100))


def test_the_pictures_words_are_many_common_and_short() -> None:
    assert len(set(words())) == len(words()) >= 2000
    assert all(5 <= len(word) <= 8 and word.isascii() and word.isalpha() and word.islower() for word in words())
