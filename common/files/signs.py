"""Signs that a text was read in a wrong encoding before it came here. Pure functions.

Spanish letters of MS-DOS (code page 850) and Macintosh files, read as Windows-1252, become currency signs and dashes inside
words (`Mu¤oz`, `Mu–oz`); UTF-8 read as Windows-1252 becomes pairs (`MuÃ±oz`). Emoji, other scripts and other rare signs are
not among them: people do have such names.
"""

import re

# Characters of the bytes 80 to BF in Windows-1252: the second halves of UTF-8 pairs.
_SECOND = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_LETTER = r"[^\W\d_]"
# What á é í ó ú ñ Ñ Á of code page 850 and Mac OS Roman become in Windows-1252.
_INSIDE_A_WORD = "¡¢£¥µ‚ƒ„†‡–—"

_RARE = re.compile(f"[\x80-\x9f\ufffd¤ÂÃâ├┬√{_INSIDE_A_WORD}]")  # without one of these there is no sign
_SIGN = re.compile(
    f"[\x80-\x9f\ufffd¤]|[ÂÃâ][{_SECOND}]|[├┬][^\\x00-\\x7f]|√[^\\x00-\\x7f]|(?<={_LETTER})[{_INSIDE_A_WORD}](?={_LETTER})"
)


def wrong_encoding(text: str) -> str:
    """The first sign of a wrong encoding in the text, with its neighbours; "" if there is none."""
    if text.isascii() or not _RARE.search(text) or not (found := _SIGN.search(text)):
        return ""
    return text[max(0, found.start() - 10) : found.end() + 10]


# The same letters as bytes, in the places where they stand in Spanish words.
_WINDOWS = re.compile(rb"[\xe1\xed\xf3\xfa\xf1\xfc\xc1\xc9\xcd\xd3\xda\xd1\xdc]|(?<=[a-z])\xe9|(?<=[A-Z])\xe9(?=[a-z])")
_DOS = re.compile(rb"(?<=[A-Za-z])[\x81\x82\xa0-\xa5\x90]|(?<=[A-Z])[\xb5\xd6\xe0\xe9\x9a](?=[A-Z])")
_MAC = re.compile(rb"(?<=[A-Za-z])[\x83\x84\x87\x8e\x92\x96\x97\x9c\x9f]|(?<=[A-Z])[\xe7\xea\xee\xf2\x86](?=[A-Z])")


class SpanishLetters:
    """Counts what the bytes of a file would be as Spanish letters of each encoding with one byte a character."""

    def __init__(self) -> None:
        self.windows = self.dos = self.mac = 0

    def look(self, chunk: bytes) -> None:
        self.windows += len(_WINDOWS.findall(chunk))
        self.dos += len(_DOS.findall(chunk))
        self.mac += len(_MAC.findall(chunk))

    def name(self) -> str:
        """The encoding other than Windows-1252 that is more plausible for the file, in Spanish; "" if none is."""
        most = max(self.dos, self.mac)
        return "" if most <= self.windows else "MS-DOS (página 850)" if self.dos == most else "Macintosh"
