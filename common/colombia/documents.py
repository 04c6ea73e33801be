"""Pure: one identity per document, however it was typed."""

import re
import unicodedata
from collections.abc import Sequence

from common.colombia.invisible import INVISIBLE, SPACES

IGNORED = str.maketrans("", "", SPACES + ".,-\u2010\u2011\u2012\u2013" + INVISIBLE)
SHORTEST, LONGEST = 3, 15  # digits
WRONG_LENGTH = f"El documento tiene entre {SHORTEST} y {LONGEST} números"
LONGEST_READ = 1_000  # characters of a text that are looked at: decomposing is slower than the text is long
LONGEST_SEARCHABLE = 170  # characters: a single letter may come to eighteen, and the column ends somewhere


class BadDocument(ValueError):
    """Not a document; the text says why, in Spanish, for the person who typed it."""


def clean_document(text: str) -> str:
    """`1.020.304 ` -> `1020304`: 3 to 15 ASCII digits; raises BadDocument.

    Only ASCII digits count, and leading zeros do not: there is one spelling of each number, so one identity.
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
    """Lower case, no accents, single spaces: how names are looked up."""
    decomposed = unicodedata.normalize("NFKD", text[:LONGEST_READ].lower())
    plain = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(plain.split())[:LONGEST_SEARCHABLE]


_COMBINING = re.compile(f"[{''.join(chr(code) for code in range(0x300, 0x3100) if unicodedata.combining(chr(code)))}]+")
_ACCENTED = [(letter, searchable(letter)) for letter in "áéíóúñü"]  # all that most files have
_SPACES = ("  ", " \n", "\n ")
_FAR = re.compile(r"[^\x00-\u30ff]")  # letters that the shortcut below might treat otherwise


def searchable_column(first_names: Sequence[str], last_names: Sequence[str]) -> list[str]:
    """`searchable` of many full names at once, for names already tidy: an import of a million cannot afford a call each."""
    if not first_names:
        return []  # splitting no text would find one empty name
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
