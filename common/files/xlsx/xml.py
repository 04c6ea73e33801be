"""Parse the XML of a book as a stream, with expat: no entities, and nothing larger than a few limits is ever in memory."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from xml.parsers import expat

from common.files.xlsx.errors import DAMAGED, TOO_LARGE, UnreadableSheet

LARGEST_TOKEN = 2**20  # bytes of one tag or comment, which expat keeps whole
DEEPEST = 64  # open elements, which expat keeps, too
Attributes = dict[str, str]


def _ignore(*anything: Any) -> None:
    pass


def parse(
    pieces: Iterable[bytes],
    *,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] = _ignore,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Call `start`, `end` and `text` for the elements of the pieces, and yield after each piece.

    Names of elements have their namespace and a space before them. Raises UnreadableSheet.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def opens(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise UnreadableSheet(DAMAGED)
        start(name, attributes)

    def closes(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name)

    parser.StartElementHandler = opens
    parser.EndElementHandler = closes
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse  # a book has none; only a document type declares entities
    fed = 0
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > LARGEST_TOKEN:
                raise UnreadableSheet(TOO_LARGE)
            yield
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise UnreadableSheet(DAMAGED) from None


def elements(pieces: Iterable[bytes], *names: str) -> Iterator[Attributes]:
    """The attributes of the elements with one of these names, in any namespace."""
    found: list[Attributes] = []

    def start(name: str, attributes: Attributes) -> None:
        if name.rpartition(" ")[2] in names:
            found.append(attributes)

    for _ in parse(pieces, start=start):
        yield from found
        found.clear()
    yield from found


def _refuse(*declaration: Any) -> None:
    raise UnreadableSheet(DAMAGED)
