"""Turn any Unicode text into one that the fonts embedded in typst can print. Pure.

PDF/UA-1 asks for a glyph for every character; typst refuses the whole document for one that has none (an emoji, a Chinese
name). What the fonts lack becomes a substitute sign, and the letters around it stay readable. No right-to-left letter and no
direction mark is kept, so no text can change the order in which a line shows its amounts (Unicode Annex 9).
"""

import re
from functools import lru_cache
from typing import Any
from unicodedata import category, is_normalized, normalize

SUBSTITUTE = "\u25a1"  # □
# Latin, Greek, Cyrillic, Vietnamese, and the punctuation, currency and signs used with them: a test prints every one.
PRINTED = (
    r"\u0020-\u007e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0482"
    r"\u048a-\u04ff\u1e00-\u1eff\u2010-\u2015\u2018-\u2022\u2026\u2030\u2039\u203a\u20a0-\u20bf\u2116\u2122\u2212\u25a1"
)
_ALL_PRINTED = re.compile(f"[{PRINTED}]*")
# Controls, format characters, and marks that do not compose with their letter: dropped. (Unicode general categories)
_DROPPED = {"Cc", "Cf", "Mn", "Me", "Mc"}
_SPACES = {"\t", "\n", "\v", "\f", "\r", "\x85"}


def printable(text: str) -> str:
    """The text in composed form (NFC); what cannot be printed is spelled in printable letters, else □."""
    text = text if is_normalized("NFC", text) else normalize("NFC", text)
    return text if _ALL_PRINTED.fullmatch(text) else "".join(map(_printed, text))


@lru_cache(maxsize=4096)
def _printed(character: str) -> str:
    if _ALL_PRINTED.fullmatch(character):
        return character
    kind = category(character)
    if character in _SPACES or kind[0] == "Z":
        return " "
    if kind in _DROPPED:
        return ""
    spelled = normalize("NFKC", character)  # «Ａ» is an A in full width
    return spelled if _ALL_PRINTED.fullmatch(spelled) else SUBSTITUTE


def printable_texts(data: Any) -> Any:
    """`data` (dictionaries and lists of texts, as for JSON) with every text printable."""
    if isinstance(data, str):
        return printable(data)
    if isinstance(data, dict):
        return {name: printable_texts(value) for name, value in data.items()}
    return [printable_texts(value) for value in data] if isinstance(data, list | tuple) else data
