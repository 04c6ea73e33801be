"""Make a file of initial keys, and finish a run that was interrupted.

Everything that can refuse is tried before the first key is issued: the path, the disk, the password and each letter, with a
specimen of the file that has zeros for keys. The keys stay in the journal until the file is on the disk.
"""

import os
from collections.abc import Callable, Container, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.utils import timezone

from accounts.actions import lifetime
from accounts.initial_keys import batches as key_batches
from accounts.initial_keys import journal
from accounts.initial_keys.letters import Slip, letters_pdf, refused_letters
from accounts.initial_keys.models import KeyRun
from accounts.models import Member
from audit.actors import Actor
from common.files.csv_download import csv_lines
from common.files.output import OutputFile
from common.pdf import NotTypeset

HEADER = ("documento", "nombres", "apellidos", "clave", "vence")
SPECIMEN = Slip("000", "Nombre", "Apellido", "000000", "2000-01-01T00:00:00+00:00")
BYTES_A_ROW = 200  # more than a row of the CSV file has
MOST_LETTERS = 20_000  # pages of one PDF: typst holds all of it in memory
BLOCKED = "{}: está bloqueado o retirado."
USED_UP = "{}: su clave de esta emisión ya no abre y tiene otra (la usó o se la emitieron después). No está en el archivo."
NO_LETTER = "{}: no se pudo hacer su carta. Corrija sus nombres en el registro, o emítale la clave con --csv."
NO_LETTERS = "No se pudo hacer ninguna carta: revise COOP_NAME, COOP_COLOR, COOP_HOURS y PORTAL_DOMAIN, y repita la orden."


class Refused(Exception):
    """No file was made; the text says why, in Spanish."""


class Made(NamedTuple):
    """The number of keys in the file, and a sentence for each member of the run who has none there."""

    keys: int
    left_out: list[str]


def make_file(*, out: Path, members: list[int], by: Actor, password: str | None, tell: Callable[[int, int], None]) -> Made:
    """Issue initial keys to `members` (ids) and write them to `out`: a CSV file, or letters if there is a `password`.

    The same `out` finishes an interrupted run: its keys that still open are in the file, too. `tell(done, all)` reports
    progress.
    Raises Refused before any key is issued, and BadOutput; after BadOutput the same call goes on.
    """
    if password is not None and len(members) > MOST_LETTERS:
        raise Refused(f"Son más de {MOST_LETTERS} cartas: haga varias listas y un PDF con cada una.")
    with OutputFile(out) as file:
        run = _begun(out)
        if run is None and out.exists():
            raise Refused(f"{out} ya existe y está completo o no es de este programa. Escriba otro nombre.")
        everybody = list(dict.fromkeys([*members, *(journal.members_of(run) if run else [])]))
        unprintable = _try(file, everybody, password)
        run = run or KeyRun.objects.create(out=_name(out), by=by.name[:60], created_at=timezone.now())
        _issue(run, [pk for pk in journal.to_issue(run, members) if pk not in unprintable], by, tell)
        opening = journal.slips_that_open(run)
        written = _write(file, opening, password)
        _settle(run, file, len(written), by, "csv" if password is None else "cartas")
    left_out = [pk for pk in everybody if pk not in written]
    return Made(len(written), [_why(member, unprintable | set(opening)) for member in _members(left_out)])


def is_complete(out: Path, members: list[int]) -> bool:
    """Whether a finished run of this file contains all these members, and the file is as it was written."""
    run = KeyRun.objects.filter(out=_name(out)).exclude(finished_at=None).last()
    if run is None or not out.is_file() or out.stat().st_size != run.written:
        return False
    return set(members) <= set(journal.members_of(run))


def is_begun(out: Path) -> bool:
    """Whether this file has an unfinished run."""
    return _begun(out) is not None


def _begun(out: Path) -> KeyRun | None:
    return KeyRun.objects.filter(out=_name(out), finished_at=None).last()


def _name(out: Path) -> str:
    return os.path.join(os.path.realpath(out.parent), out.name)


def _try(file: OutputFile, members: Sequence[int], password: str | None) -> set[int]:
    """Write a specimen, with zeros for keys, for the disk; ids of the members whose letter cannot be made."""
    if password is None:  # any text is a row
        file.write(bytes(BYTES_A_ROW * len(members)))
        file.sync()
        return set()
    expires_at = (timezone.now() + lifetime("initial")).isoformat()
    printed = {member.pk: (member.document, member.first_names, member.last_names) for member in _members(members)}
    slips = {pk: Slip(*cells, SPECIMEN.key, expires_at) for pk, cells in printed.items()}
    return set(slips) - set(_write(file, slips, password))


def _issue(run: KeyRun, members: list[int], by: Actor, tell: Callable[[int, int], None]) -> None:
    done = 0
    for batch in key_batches.issue_keys(run=run, members=members, by=by):
        done += len(batch.members)
        tell(done, len(members))


def _settle(run: KeyRun, file: OutputFile, count: int, by: Actor, destination: str) -> None:
    """Give the file its name, then wipe the journal. Without a key in it there is no file."""
    size = file.sync()
    if count:
        file.publish()
    else:
        file.discard()
    journal.finish(run, by=by, destination=destination, count=count, written=size)


def _write(file: OutputFile, slips: dict[int, Slip], password: str | None) -> dict[int, Slip]:
    """Write the file anew; the slips it contains: without those whose letter cannot be made."""
    file.restart()
    if password is None:
        for line in csv_lines(HEADER, ((*slip[:4], _day(slip.expires_at)) for slip in slips.values())):
            file.write(line)
    elif slips:
        slips, pdf = _letters(slips, password)
        file.write(pdf)
    file.sync()
    return slips


def _letters(slips: dict[int, Slip], password: str) -> tuple[dict[int, Slip], bytes]:
    """The letters, and the slips that they contain. Raises Refused if none can be made."""
    try:
        return slips, letters_pdf(list(slips.values()), password)
    except NotTypeset:
        if refused_letters([SPECIMEN]):
            raise Refused(NO_LETTERS) from None
    refused = set(refused_letters(list(slips.values())))
    good = {pk: slip for pk, slip in slips.items() if slip not in refused}
    return good, letters_pdf(list(good.values()), password) if good else b""


def _why(member: Member, unprintable: Container[int]) -> str:
    """Why the member has no key in the file."""
    sentence = BLOCKED if not member.may_enter else NO_LETTER if member.pk in unprintable else USED_UP
    return sentence.format(member.document)


def _members(ids: Sequence[int]) -> Iterator[Member]:
    for at in range(0, len(ids), 500):
        found = Member.objects.in_bulk(ids[at : at + 500])
        yield from (found[pk] for pk in ids[at : at + 500] if pk in found)


@lru_cache(maxsize=8)  # one for each batch
def _day(moment: str) -> str:
    return timezone.localdate(datetime.fromisoformat(moment)).isoformat()
