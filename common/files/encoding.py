"""Open a text file of unknown encoding: UTF-8 with or without a byte order mark, or Windows-1252.

The whole file is checked once, in chunks, before its first row is read: a file that cannot be decoded to its end, or that is
more plausible in an encoding that the portal does not read, is refused before any of it is imported.
"""

import codecs
import errno
import re
import stat
from functools import lru_cache
from pathlib import Path
from typing import TextIO

from common.files.signs import SpanishLetters

CHUNK = 2**16  # bytes; a chunk without a line break belongs to a line too long for a row
NOT_WINDOWS_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
SAVE_AS_UTF8 = "Ábralo en la hoja de cálculo o en el programa que lo hizo y guárdelo como CSV UTF-8."
# The first bytes of files that are neither CSV nor XLSX, and what they are.
OTHER_FORMATS = (
    ((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), f"El archivo está en UTF-16. {SAVE_AS_UTF8}"),
    (b"\xd0\xcf\x11\xe0", "El archivo es de Excel antiguo (XLS) o tiene contraseña. Guárdelo como XLSX sin contraseña."),
    (b"%PDF", "El archivo es un PDF. Tráigalo como CSV o como XLSX."),
    (b"PK", "El archivo está comprimido (ZIP) o es un XLSX dañado. Tráigalo como CSV o como XLSX."),
    ((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!"), "El archivo está comprimido. Descomprímalo y tráigalo como CSV o como XLSX."),
    (b"<", "El archivo es una página web o XML, aunque se llame de otra forma. Guárdelo como XLSX o como CSV UTF-8."),
)

NOT_OPENED = {
    errno.ENOENT: "no existe. Revise el nombre y la carpeta",
    errno.ENOTDIR: "no existe. Revise el nombre y la carpeta",
    errno.EACCES: "este usuario no tiene permiso para leerlo",
    errno.ENAMETOOLONG: "el nombre es demasiado largo",
    errno.ELOOP: "pasa por demasiados enlaces",
}


class Unreadable(ValueError):
    """The whole file is refused; the message says why and what to do, in Spanish."""


def check_input(path: Path) -> None:
    """Refuse what is not a file that can be read from its beginning twice: a pipe would be empty the second time, or wait for
    ever for somebody to write into it. Raises Unreadable."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            path.open("rb").close()
    except OSError as error:
        reason = NOT_OPENED.get(error.errno or 0, f"el sistema responde «{error.strerror}»")
        raise Unreadable(f"No se pudo abrir el archivo {path}: {reason}.") from None
    if stat.S_ISDIR(mode):
        raise Unreadable(f"No se pudo abrir el archivo {path}: es una carpeta. Escriba el nombre de un archivo.")
    if not stat.S_ISREG(mode):
        raise Unreadable(f"No se pudo abrir el archivo {path}: no es un archivo común. Guárdelo en uno y escriba su nombre.")


def open_text(path: Path) -> TextIO:
    """The file, open for the csv module. Raises Unreadable."""
    check_input(path)
    stamp = path.stat()
    return path.open(encoding=_encoding(path, stamp.st_size, stamp.st_mtime_ns), newline="")


@lru_cache(maxsize=4)
def _encoding(path: Path, size: int, changed_at: int) -> str:
    """The encoding of the file; `size` and `changed_at` only key the cache, so that a changed file is read again."""
    look = _Look()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            look.at(chunk)
    return look.encoding()


class _Look:
    def __init__(self) -> None:
        self.utf8 = codecs.getincrementaldecoder("utf-8")()
        self.first_bytes = b""
        self.lines_before = 0
        self.has_pairs = False  # whether a multi-byte UTF-8 character was seen
        self.broken_at = 0  # line of the first byte that is not UTF-8
        self.windows = True  # whether every byte exists in Windows-1252
        self.letters = SpanishLetters()

    def at(self, chunk: bytes) -> None:
        if not self.first_bytes:
            self.first_bytes = chunk[:64]
            self._refuse_other_formats()
        self._refuse_binary(chunk)
        if not self.broken_at:
            self._decode(chunk)
        if self.broken_at:
            self.windows = self.windows and not NOT_WINDOWS_1252.search(chunk)
            self.letters.look(chunk)
        self._refuse_long_lines(chunk)

    def encoding(self) -> str:
        if not self.broken_at and self.utf8.getstate()[0]:
            raise Unreadable("El archivo está cortado: termina en la mitad de una letra. Cópielo de nuevo, completo.")
        if not self.broken_at:
            return "utf-8-sig" if self.first_bytes.startswith(codecs.BOM_UTF8) else "utf-8"
        if not self.has_pairs and (name := self.letters.name()):
            raise Unreadable(
                f"En la línea {self.broken_at} hay letras de un archivo {name}, que aquí no se lee. {SAVE_AS_UTF8}"
            )
        if self.has_pairs or not self.windows or self.first_bytes.startswith(codecs.BOM_UTF8):
            raise Unreadable(
                f"En la línea {self.broken_at} hay una letra dañada: el archivo mezcla codificaciones o se cortó al"
                " copiarlo. Guárdelo de nuevo como CSV UTF-8."
            )
        return "cp1252"

    def _refuse_other_formats(self) -> None:
        for begins, sentence in OTHER_FORMATS:
            if self.first_bytes.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n").startswith(begins):
                raise Unreadable(sentence)

    def _refuse_binary(self, chunk: bytes) -> None:
        if b"\0" in chunk:
            wide = self.first_bytes.count(b"\0") * 3 > len(self.first_bytes)  # every second byte of UTF-16, as Spanish has it
            raise Unreadable(
                f"El archivo parece estar en UTF-16. {SAVE_AS_UTF8}"
                if wide
                else "El archivo no es de texto. Tráigalo como CSV o como XLSX."
            )

    def _decode(self, chunk: bytes) -> None:
        try:
            text = self.utf8.decode(chunk)
        except UnicodeDecodeError as error:
            good = error.object[: error.start]
            self.broken_at = self.lines_before + good.count(b"\n") + 1
            text = good.decode("utf-8")
        self.has_pairs = self.has_pairs or not text.lstrip("\ufeff").isascii()

    def _refuse_long_lines(self, chunk: bytes) -> None:
        if len(chunk) == CHUNK and b"\n" not in chunk and b"\r" not in chunk:
            raise Unreadable(
                f"Después de la línea {self.lines_before + 1} hay una de más de {CHUNK // 1000} mil letras."
                " Revise que no falte cerrar unas comillas o que el archivo no esté dañado."
            )
        self.lines_before += chunk.count(b"\n")
