"""Make a file of initial keys, and resume a run that was interrupted."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import StringIO
from pathlib import Path

from django.utils import timezone

from accounts.initial_keys import batches as key_batches
from accounts.initial_keys.letters import letters_pdf
from accounts.initial_keys.models import KeyBatch, KeyRun
from audit.actors import Actor
from common.files.csv_download import UTF8_MARK, row_writer

HEADER = ("documento", "nombres", "apellidos", "clave", "vence")
MOST_LETTERS = 20_000  # pages of one PDF: typst holds all of it in memory


class Refused(Exception):
    """No file was made; the text says why, in Spanish."""


def make_file(*, out: Path, members: list[int], by: Actor, password: str | None, tell: Callable[[int, int], None]) -> int:
    """Issue initial keys to `members` (ids) and write them to `out`: a CSV file, or letters if there is a `password`.

    The same `out` resumes an interrupted run. Returns the number of keys in the file; `tell(done, all)` reports progress.
    Raises Refused.
    """
    out = out.resolve()
    if password is not None and len(members) > MOST_LETTERS:
        raise Refused(f"Son más de {MOST_LETTERS} cartas: haga varias listas y un PDF con cada una.")
    with _locked(out) as (run, file):
        run = run or KeyRun.objects.create(out=str(out), by=by.name[:60], created_at=timezone.now())
        issued = key_batches.members_of(run)
        left = [member for member in members if member not in issued]
        writer = _CsvWriter(run, file) if password is None else _LettersWriter(run, out, password)
        writer.resume()
        done = len(members) - len(left)
        for batch in key_batches.issue_keys(run=run, members=left, by=by):
            writer.add(batch)
            done += len(batch.members)
            tell(done, len(members))
        writer.close()
        key_batches.finish(run, by=by, destination="csv" if password is None else "cartas")
    return writer.count


def is_complete(out: Path, members: list[int]) -> bool:
    """Whether a finished run of this file contains all these members."""
    run = KeyRun.objects.filter(out=str(out.resolve())).exclude(finished_at=None).last()
    return run is not None and out.exists() and set(members) <= key_batches.members_of(run)


def is_begun(out: Path) -> bool:
    """Whether this file has an unfinished run."""
    return KeyRun.objects.filter(out=str(out.resolve()), finished_at=None).exists()


@contextmanager
def _locked(out: Path) -> Iterator[tuple[KeyRun | None, int]]:
    """The file's unfinished run, if any, and its descriptor, locked. Raises Refused for a file without such a run."""
    run = KeyRun.objects.filter(out=str(out), finished_at=None).last()
    if run is None and out.exists():
        raise Refused(f"{out} ya existe y está completo o no es de este programa. Escriba otro nombre.")
    file = os.open(out, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        os.fchmod(file, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield run, file
    except BlockingIOError:
        raise Refused(f"Otro proceso está escribiendo {out}. Espere a que termine.") from None
    finally:
        os.close(file)


class _CsvWriter:
    """Appends each batch to the file, syncs it, then wipes it from the journal."""

    def __init__(self, run: KeyRun, file: int) -> None:
        self.run, self.file = run, file
        self.count = 0

    def resume(self) -> None:
        """Truncate the file after its last complete batch, then write the batches that are not wiped yet."""
        os.ftruncate(self.file, self.run.written)
        os.lseek(self.file, 0, os.SEEK_END)
        if not self.run.written:
            self._append([HEADER], UTF8_MARK)
        self.count = sum(len(ids) for ids in self.run.batches.filter(sealed="").values_list("members", flat=True))
        for batch in self.run.batches.exclude(sealed="").order_by("number"):
            self.add(batch)

    def add(self, batch: KeyBatch) -> None:
        slips = key_batches.slips_of(batch)
        self._append([(*slip[:4], _day(slip.expires_at)) for slip in slips])
        key_batches.wipe(self.run, [batch], written=os.fstat(self.file).st_size)
        self.count += len(slips)

    def close(self) -> None:
        os.fsync(self.file)

    def _append(self, rows: list[tuple[str, ...]], start: str = "") -> None:
        text = StringIO()
        text.write(start)
        write = row_writer(text)
        for row in rows:
            write(row)
        content = text.getvalue().encode()
        while content:
            content = content[os.write(self.file, content) :]
        os.fsync(self.file)


class _LettersWriter:
    """Writes one PDF at the end; the journal keeps all keys until it is synced."""

    def __init__(self, run: KeyRun, out: Path, password: str) -> None:
        self.run, self.out, self.password = run, out, password
        self.count = 0

    def resume(self) -> None:
        pass  # `close` reads all batches from the journal

    def add(self, batch: KeyBatch) -> None:
        pass

    def close(self) -> None:
        batches = list(self.run.batches.exclude(sealed="").order_by("number"))
        slips = [slip for batch in batches for slip in key_batches.slips_of(batch)]
        _replace(self.out, letters_pdf(slips, self.password))
        key_batches.wipe(self.run, batches, written=self.out.stat().st_size)
        self.count = len(slips)


def _replace(out: Path, content: bytes) -> None:
    """Write the file atomically with mode 0600 and sync it, before the journal is wiped."""
    part = out.with_name(f".{out.name}.parte")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(out)


def _day(moment: str) -> str:
    return timezone.localdate(datetime.fromisoformat(moment)).isoformat()
