"""The one way to write a file that an operator names: private, whole or not at all, and never over something else.

The content goes to `.NAME.parte` beside it, mode 0600, and takes the name once it is complete and synced. So a full disk, a
crash or an error leaves the file that was there; a path that cannot be written is refused before anything is done.
"""

import errno
import fcntl
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from django.db import connections

IN_MEMORY = 1 << 16  # bytes buffered before they are written
REASONS = {
    errno.EACCES: "no hay permiso para escribir ahí",
    errno.EPERM: "no hay permiso para escribir ahí",
    errno.EROFS: "el disco es de solo lectura",
    errno.ENOSPC: "no queda espacio en el disco",
    errno.EDQUOT: "no queda espacio para este usuario en el disco",
    errno.EFBIG: "el archivo sería demasiado grande",
    errno.ENOENT: "la carpeta no existe. Créela primero",
    errno.ENOTDIR: "la carpeta no existe. Créela primero",
    errno.ENAMETOOLONG: "el nombre es demasiado largo",
    errno.EEXIST: "ya hay un archivo con ese nombre",
    errno.ELOOP: "es un enlace. Escriba el nombre del archivo mismo",
}


class BadOutput(Exception):
    """The file cannot be written; the text says why and what to do, in Spanish. What was there is unchanged."""


class OutputFile:
    """A file being written: `write` adds to it; at the end of the `with` block, or at `publish`, it takes its name.

    `replaces` is how an earlier file of the same kind begins: any other file there is refused (None: any file is replaced).
    With `new`, every file there is refused.
    Raises BadOutput at once for a path that cannot be written, and later for a disk that is full.
    """

    def __init__(self, path: Path | str, *, replaces: bytes | None = None, new: bool = False) -> None:
        self.path = Path(path)
        check_output(self.path, replaces=replaces, new=new)
        self._part = self.path.with_name(f".{self.path.name}.parte")
        self._buffer = bytearray()
        with _spoken(self.path):
            self._descriptor = self._opened()
        self._settled = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None and not self._settled:
                self.publish()
        finally:
            if not self._settled:
                self._part.unlink(missing_ok=True)
            os.close(self._descriptor)  # releases the lock

    def write(self, content: str | bytes, /) -> None:
        """Add text (as UTF-8) or bytes."""
        self._buffer += content.encode() if isinstance(content, str) else content
        if len(self._buffer) > IN_MEMORY:
            self._flush()

    def restart(self) -> None:
        """Drop what was written."""
        self._buffer.clear()
        with _spoken(self.path):
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.ftruncate(self._descriptor, 0)

    def sync(self) -> int:
        """Bring everything to the disk, so that a full one is known before effects are committed; its size in bytes."""
        self._flush()
        with _spoken(self.path):
            os.fsync(self._descriptor)
        return os.fstat(self._descriptor).st_size

    def publish(self) -> None:
        """Give the complete file its name. The lock stays until the `with` block ends."""
        self.sync()
        with _spoken(self.path):
            os.replace(self._part, self.path)
            _sync_folder(self.path.parent)
        self._settled = True

    def discard(self) -> None:
        """Leave what is there as it is."""
        self._part.unlink(missing_ok=True)
        self._settled = True

    def _flush(self) -> None:
        with _spoken(self.path):
            written = 0
            while written < len(self._buffer):
                written += os.write(self._descriptor, memoryview(self._buffer)[written:])
        self._buffer.clear()

    def _opened(self) -> int:
        """The descriptor of the unfinished file, locked and empty; a killed run may have left it."""
        descriptor = os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
        try:
            self._lock(descriptor)
            os.fchmod(descriptor, 0o600)
            os.ftruncate(descriptor, 0)
        except BaseException:
            os.close(descriptor)
            raise
        return descriptor

    def _lock(self, descriptor: int) -> None:
        """Refuse while another process writes the file, also one that has just given it its name."""
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_nlink > 1:
            raise _refusal(self.path, f"{self._part.name}, a su lado, no es de este programa. Bórrelo o escriba otro nombre")
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with _reading(self.path) as there:
                if there is not None:
                    fcntl.flock(there, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _refusal(self.path, "otro proceso lo está escribiendo. Espere a que termine") from None
        if not self._part.exists() or not os.path.samestat(found, self._part.stat()):
            raise _refusal(self.path, "otro proceso acaba de escribirlo. Repita la orden")


def check_output(path: Path, *, inputs: Iterable[Path] = (), replaces: bytes | None = None, new: bool = False) -> None:
    """Raise BadOutput for a path that may not be written: a folder, a link, a device, an input, the database."""
    with _spoken(path):
        _check_kind(path)
        _check_not_ours(path, inputs)
        if new and path.exists():
            raise _refusal(path, "ya existe y no se cambió. Escriba otro nombre")
        if replaces is not None and not _begins_with(path, replaces):
            raise _refusal(path, "ya existe y no es un archivo de esta misma orden. Escriba otro nombre")


def _check_kind(path: Path) -> None:
    if path.is_symlink():
        raise _refusal(path, "es un enlace. Escriba el nombre del archivo mismo")
    if path.is_dir() or not path.name:
        raise _refusal(path, "es una carpeta. Escriba el nombre de un archivo")
    if path.exists() and not path.is_file():
        raise _refusal(path, "no es un archivo común. Escriba otro nombre")


def _check_not_ours(path: Path, inputs: Iterable[Path]) -> None:
    if any(_same(path, given) for given in inputs):
        raise _refusal(path, "es el archivo de entrada y se perdería. Escriba otro nombre para la salida")
    if any(_same(path, file) for file in _database_files()):
        raise _refusal(path, "es la base de datos del portal. Escriba otro nombre")


def _same(path: Path, other: Path) -> bool:
    if path.exists() and other.exists():
        return path.samefile(other)
    return os.path.realpath(path) == os.path.realpath(other)  # `resolve` raises for links in a circle


def _database_files() -> Iterator[Path]:
    for database in connections.settings.values():
        if "sqlite" in database["ENGINE"]:
            yield from (Path(f"{database['NAME']}{suffix}") for suffix in ("", "-wal", "-shm", "-journal"))


def _begins_with(path: Path, beginning: bytes) -> bool:
    """Whether the file is missing, empty, or begins so."""
    if not path.exists():
        return True
    with path.open("rb") as file:
        return file.read(len(beginning)) in (b"", beginning)


@contextmanager
def _reading(path: Path) -> Iterator[int | None]:
    """A descriptor of the file, or None if it is missing or not ours to read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (FileNotFoundError, PermissionError):
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _spoken(path: Path) -> Iterator[None]:
    """Turn the system's refusal into a sentence."""
    try:
        yield
    except OSError as error:
        raise _refusal(path, said_reason(error)) from None


def said_reason(error: OSError) -> str:
    """Why the system refused, in Spanish, for the end of a sentence."""
    return REASONS.get(error.errno or 0, f"el sistema responde «{error.strerror}»")


def _refusal(path: Path, reason: str) -> BadOutput:
    return BadOutput(f"No se puede escribir {path}: {reason}.")


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where the folder allows it: the file itself is complete."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
