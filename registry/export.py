"""Export approved contact changes that the core does not have yet, as rows of the member file."""

from datetime import date
from pathlib import Path
from typing import Any

from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record
from common.files.csv_download import UTF8_MARK, row_writer
from common.files.output import OutputFile
from registry.columns import FIELDS, STATES

BEGINNING = (UTF8_MARK + ";".join(FIELDS)).encode()  # an earlier export is replaced, any other file refused
WORDS = {stored: word for word, stored in STATES.items()}


def export_contact_changes(*, path: Path, by: Actor) -> int:
    """Write one whole row per member with such a change (mode 0600); the number of rows. Raises BadOutput.

    The row is the portal's, so the same file brought back changes nothing; the unchanged columns are the core's own.
    """
    members = Member.objects.filter(contact_overrides__isnull=False).distinct().order_by("document")
    with action(), OutputFile(path, replaces=BEGINNING) as file:
        write = row_writer(file)
        file.write(UTF8_MARK)
        write(FIELDS)
        rows = 0
        for member in members.iterator(chunk_size=2000):
            write([_cell(getattr(member, field)) for field in FIELDS.values()])
            rows += 1
        record(Kind.DATA_EXPORTED, by=by, count=rows, what="cambios de contacto")
    return rows


def _cell(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return WORDS.get(value, value or "")
