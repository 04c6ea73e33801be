"""What the sheets of a book share: its texts and its number formats."""

from collections.abc import Iterable
from functools import lru_cache
from sys import getsizeof

from common.files.xlsx.errors import TOO_LARGE, UnreadableSheet
from common.files.xlsx.number_formats import BUILT_IN, NumberFormat, number_format
from common.files.xlsx.sheet import LARGEST_TEXT, unescaped
from common.files.xlsx.xml import Attributes, parse

LARGEST_STRINGS = 80 * 2**20  # bytes in memory
MOST_FORMATS = 65_536  # Excel has 65,490


def shared_strings(pieces: Iterable[bytes]) -> list[str]:
    """The texts that cells refer to by their number, without phonetic guides."""
    reader = _Strings()
    for _ in parse(pieces, start=reader.start, end=reader.end, text=reader.text):
        pass
    return reader.strings


class _Strings:
    def __init__(self) -> None:
        self.strings: list[str] = []
        self.parts: list[str] = []
        self.length = self.bytes = 0
        self.reading = self.phonetic = False

    def start(self, name: str, attributes: Attributes) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "si":
            self.parts, self.length = [], 0
        elif tag == "rPh":
            self.phonetic = True
        elif tag == "t":
            self.reading = not self.phonetic

    def text(self, text: str) -> None:
        if self.reading:
            self.parts.append(text)
            self.length += len(text)
            if self.length > LARGEST_TEXT:
                raise UnreadableSheet(TOO_LARGE)

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "t":
            self.reading = False
        elif tag == "rPh":
            self.phonetic = False
        elif tag == "si":
            self.keep(unescaped("".join(self.parts)))

    def keep(self, text: str) -> None:
        self.strings.append(text)
        self.bytes += getsizeof(text) + 8  # its place in the list
        if self.bytes > LARGEST_STRINGS:
            raise UnreadableSheet(TOO_LARGE)


def cell_formats(pieces: Iterable[bytes], *, since_1904: bool) -> list[NumberFormat]:
    """The number format of each cell style, by the style's number."""
    reader = _Styles()
    for _ in parse(pieces, start=reader.start, end=reader.end):
        pass
    codes = {str(number): code for number, code in BUILT_IN.items()} | reader.codes
    made = lru_cache(maxsize=None)(number_format)
    # A format that Excel shows according to its own country has no code here: it is refused by its number.
    return [made(codes.get(number, f"formato {number}"), since_1904=since_1904) for number in reader.used]


class _Styles:
    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.used: list[str] = []
        self.in_cells = False

    def start(self, name: str, attributes: Attributes) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "numFmt":
            self.codes.setdefault(attributes.get("numFmtId", ""), attributes.get("formatCode", ""))
        elif tag == "cellXfs":
            self.in_cells = True
        elif tag == "xf" and self.in_cells:
            self.used.append(attributes.get("numFmtId", "0"))
        if len(self.codes) + len(self.used) > MOST_FORMATS:
            raise UnreadableSheet(TOO_LARGE)

    def end(self, name: str) -> None:
        if name.rpartition(" ")[2] == "cellXfs":
            self.in_cells = False
