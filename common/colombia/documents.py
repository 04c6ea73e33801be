"""Normalise documents, one identity per number, and names for searching. Pure functions."""

import re
import unicodedata
from collections.abc import Sequence

from common.colombia.invisible import INVISIBLE, SPACES

IGNORED = str.maketrans("", "", SPACES + ".,-\u2010\u2011\u2012\u2013" + INVISIBLE)
SHORTEST, LONGEST = 3, 15  # digits
WRONG_LENGTH = f"El documento tiene entre {SHORTEST} y {LONGEST} números"
LONGEST_READ = 1_000  # characters read of a text: NFKD normalisation takes super-linear time
LONGEST_SEARCHABLE = 170  # characters, the column's width: one letter may decompose into eighteen


class BadDocument(ValueError):
    """The text is not a document; the message says why, in Spanish, for the person who typed it."""


def clean_document(text: str) -> str:
    """`1.020.304 ` -> `1020304`: 3 to 15 ASCII digits; raises BadDocument.

    Leading zeros are dropped, so each number has one spelling and one identity (docs/decisions/0003).
    """
    document = text.translate(IGNORED)
    if not document:
        raise BadDocument("Escriba su número de documento")
    if not (document.isascii() and document.isdigit()):
        raise BadDocument("El documento lleva solo números")
    document = document.lstrip("0")
    if not SHORTEST <= len(document) <= LONGEST:
        raise BadDocument(WRONG_LENGTH)
    return document


def searchable(text: str) -> str:
    """The text in lower case without accents, with single spaces: the form in which names are searched."""
    decomposed = unicodedata.normalize("NFKD", text[:LONGEST_READ].lower())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(plain.split())[:LONGEST_SEARCHABLE]


_COMBINING = re.compile(f"[{''.join(chr(code) for code in range(0x300, 0x3100) if unicodedata.combining(chr(code)))}]+")
_ACCENTED = [(letter, searchable(letter)) for letter in "áéíóúñü"]  # the only ones in most files
_SPACES = ("  ", " \n", "\n ")
_FAR = re.compile(r"[^\x00-\u30ff]")  # characters for which the fast path below may differ from `searchable`


def searchable_column(first_names: Sequence[str], last_names: Sequence[str]) -> list[str]:
    """`searchable` of many full names in a few C calls: an import of a million rows cannot afford one call each."""
    if not first_names:
        return []  # splitting an empty text would give one empty name
    names = "\n".join(map(" ".join, zip(first_names, last_names, strict=True)))
    plain = names.lower()
    for letter, bare in _ACCENTED:
        plain = plain.replace(letter, bare)
    if not plain.isascii():
        plain = _COMBINING.sub("", unicodedata.normalize("NFKD", plain))
    found = plain.split("\n")
    odd = len(found) != len(first_names) or any(map(f"\n{plain}\n".__contains__, _SPACES)) or _FAR.search(plain)
    if odd:
        return [searchable(name) for name in names.split("\n")]
    return found if max(map(len, found)) <= LONGEST_SEARCHABLE else [name[:LONGEST_SEARCHABLE] for name in found]
