"""The parts of an XLSX package (ISO/IEC 29500-2), unpacked piece by piece and only up to a limit."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, normpath
from typing import Self

from common.files.xlsx.errors import DAMAGED, NOT_XLSX, TOO_LARGE, UnreadableSheet
from common.files.xlsx.xml import elements

LARGEST_UNPACKED = 64 * 2**20  # bytes of the whole book; an import of such a book stays under 250 MiB
LARGEST_DIRECTORY = 2**20  # bytes: about ten thousand parts
MOST_RELATIONS = 10_000
PIECE = 2**16  # bytes
_END_OF_DIRECTORY = 22 + 2**16  # bytes at the end of a ZIP file that hold its end record and comment (APPNOTE 4.3.16)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_KINDS = (("macroenabled", "un libro con macros (XLSM)"), ("sheet.binary", "un libro binario (XLSB)"), ("word", "un documento"))
# Errors of zipfile for books that are truncated, corrupt, encrypted or packed in an unknown way.
_BROKEN: tuple[type[Exception], ...] = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError)
_BROKEN += (NotImplementedError, ValueError, KeyError)


class Package:
    """An open XLSX file. Raises UnreadableSheet for any other file."""

    def __init__(self, path: Path) -> None:
        try:
            _refuse_large_directory(path)
            self._zip = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise _as_unreadable(error) from None
        parts = self._zip.infolist()
        self._parts = {part.filename.lower(): part for part in parts}
        if "mimetype" in self._parts and "[content_types].xml" not in self._parts:
            raise UnreadableSheet(NOT_XLSX.format(what="un archivo de LibreOffice u OpenOffice (ODS)"))
        if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise UnreadableSheet(TOO_LARGE)
        self.book = self._book()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()

    def has(self, name: str) -> bool:
        return name.lower() in self._parts

    def pieces(self, name: str) -> Iterator[bytes]:
        """The unpacked bytes of a part, of which no more than its declared size is read."""
        part = self._parts.get(name.lower())
        if not part or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # the ones of ISO/IEC 29500-2
            raise UnreadableSheet(DAMAGED)
        try:
            with self._zip.open(part) as stream:
                while piece := stream.read(PIECE):
                    yield piece
        except _BROKEN as error:
            raise _as_unreadable(error) from None

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """The parts that a part names, by relation id: the last word of the relation's type, and the part's name."""
        folder, _, file = name.rpartition("/")
        place = f"{folder}/_rels/{file}.rels".lstrip("/")
        if not self.has(place):
            return {}
        found: dict[str, tuple[str, str]] = {}
        for one in elements(self.pieces(place), "Relationship"):
            if one.get("TargetMode") != "External":
                found[one.get("Id", "")] = one.get("Type", "").rpartition("/")[2], _resolved(name, one.get("Target", ""))
            if len(found) > MOST_RELATIONS:
                raise UnreadableSheet(TOO_LARGE)
        return found

    def _book(self) -> str:
        """The name of the workbook part."""
        books = [target for kind, target in self.related("").values() if kind == "officeDocument"]
        if not books or not self.has(books[0]):
            raise UnreadableSheet(NOT_XLSX.format(what="otro archivo comprimido"))
        content = self._content_type(books[0]).lower()
        if content != _XLSX:
            what = next((words for sign, words in _KINDS if sign in content), "otro tipo de archivo")
            raise UnreadableSheet(NOT_XLSX.format(what=what))
        return books[0]

    def _content_type(self, name: str) -> str:
        if not self.has("[Content_Types].xml"):
            raise UnreadableSheet(DAMAGED)
        found = ""
        for one in elements(self.pieces("[Content_Types].xml"), "Override", "Default"):
            if one.get("PartName", "").lstrip("/").lower() == name.lower():
                return one.get("ContentType", "")
            if one.get("Extension", "").lower() == name.rpartition(".")[2].lower():
                found = one.get("ContentType", "")
        return found


def _resolved(source: str, target: str) -> str:
    """The name of a target part, which is written from the root or from the folder of its source."""
    return normpath(target if target.startswith("/") else f"/{dirname(source)}/{target}").lstrip("/")


def _refuse_large_directory(path: Path) -> None:
    """zipfile reads the whole directory into memory, at half a kilobyte for each part."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END_OF_DIRECTORY))
        end = file.read()
    at = end.rfind(b"PK\x05\x06")
    if at < 0:
        raise UnreadableSheet(DAMAGED)
    if end.rfind(b"PK\x06\x07", 0, at) >= 0 or struct.unpack("<L", end[at + 12 : at + 16])[0] > LARGEST_DIRECTORY:
        raise UnreadableSheet(TOO_LARGE)  # a ZIP64 directory is for more than 4 GiB or 65,535 parts


def _as_unreadable(error: Exception) -> UnreadableSheet:
    return error if isinstance(error, UnreadableSheet) else UnreadableSheet(DAMAGED)
