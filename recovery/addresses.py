"""The plate number in a Colombian address: the digits after the hyphen. Pure.

An address names a street, the street it crosses and the plate, the distance in metres from that corner: in
«Calle 73 # 44-60 Apto 302» the plate is 60. Clerks abbreviate every word, drop the hyphen and write on after the plate.
"""

import re
import unicodedata
from itertools import takewhile

STREET = (
    "calle|cll|cle|cl|c|carrera|carr|crra|crr|cra|cr|kra|kr|k|diagonal|diag|dg|transversal|trasversal|transv|trans|trv|tv|tr|"
    "avenida|avda|av|ac|ak|circular|circ|cq|circunvalar|autopista|autop|aut|pasaje|pje|callejon|troncal|via"
)
MARK = "numero|num|nro|nr|no|n|#"
# What may follow a street's number: «45A», «45 AA», «5AN» (Cali), «1ra», «Bis», «Bis B», «Sur», «Este».
SUFFIX = (
    r"(?:\s*(?:bis|sur|norte|este|oeste|oriente|occidente|aa|bb|cc|dd|ee|ff|gg|hh|[a-h][nseow]|[a-z]|"
    r"1?era?|ra|ro|da|do|ta|to|va|vo|ma|mo)(?![a-z]))*"
)
NUMBER = rf"(?<!\d)\d{{1,3}}{SUFFIX}"
# The plate, unless another one is named beside it («12-34/36», «12-34 y 36»).
PLATE = r"(?:\s*-\s*|\s+)(\d{1,3})(?!\d)(?!\s*[/y]\s*\d)"
NUMBERED = re.compile(rf"(?<![a-z])(?:{STREET})\s*{NUMBER}\s*(?:{MARK}|-)?\s*#?\s*{NUMBER}{PLATE}")
# A street with a name («Avenida Nutibara # 66B-20»): only the mark shows where the crossing begins.
NAMED = re.compile(rf"(?:#|(?<![a-z])(?:{MARK})(?=[\s\d]))\s*{NUMBER}{PLATE}")
# A mark after one of these words numbers a dwelling, not a street.
DWELLING = re.compile(
    r"(?<![a-z])(?:casa|cs|apartamento|apto|apt|ap|lote|lt|manzana|mz|mza|torre|tr|to|bloque|bl|blq|interior|int|in|local|lc|"
    r"oficina|of|piso|etapa|sector|km|kilometro|finca|vereda|parcela|casalote|bodega)\s*$"
)

FIRST_WORDS = 3  # of an address without a plate: «Vereda El Carmen»


def plate_number(address: str) -> int | None:
    """The plate number in `address`; None where there is none, or more than one."""
    text = _plain(address)
    found = {int(match[1]) for match in NUMBERED.finditer(text)}
    if not found:
        found = {int(match[1]) for match in NAMED.finditer(text) if not DWELLING.search(text[: match.start()])}
    return found.pop() if len(found) == 1 else None


def street_of(address: str) -> str:
    """The address up to its plate number, or its first words without digits where no plate can be located.

    «Calle 73 # 44-60 Apto 302» -> «Calle 73 # 44-», «Manzana 5 Casa 12» -> «Manzana». Nothing of the plate is left, nor of
    what follows it; where several numbers could be the plate, all of them are cut off.
    """
    text = _plain(address)
    starts = [match.start(1) for pattern in (NUMBERED, NAMED) for match in pattern.finditer(text)]
    if not starts:
        return " ".join(_words_without_digits(address))
    digits = sum(letter.isdecimal() for letter in text[: min(starts)])  # `_plain` changes letters and signs, but no digit
    return address[: _place_of_digit(address, digits)].rstrip()


def _words_without_digits(address: str) -> list[str]:
    words = address.split()[:FIRST_WORDS]
    return list(takewhile(lambda word: not any(letter.isdigit() for letter in word), words))


def _place_of_digit(address: str, number: int) -> int:
    """Where the digit with this number stands, counted from 0."""
    return [place for place, letter in enumerate(address) if letter.isdecimal()][number]


def _plain(address: str) -> str:
    """Small letters without accents; one kind of hyphen; dots, commas and «º» as spaces."""
    letters = unicodedata.normalize("NFD", address.casefold().replace("№", " # "))
    text = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return re.sub(r"[.,;:()º°ª\s]+", " ", re.sub(r"[-_‐‑‒–—―−]+", "-", text)).strip()
