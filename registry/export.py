"""Export approved contact changes that the core does not have yet, as rows of the member file."""

from datetime import date
from pathlib import Path
from typing import Any

from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record
from common.files.csv_download import row_writer
from common.files.rejects import open_private
from registry.columns import FIELDS

STATES = {Member.Status.ACTIVE: "activo", Member.Status.RETIRED: "retirado"}


def export_contact_changes(*, path: Path, by: Actor) -> int:
    """Write one whole row per member with such a change (mode 0600); the number of rows. Raises OSError.

    The row is the portal's, so the same file brought back changes nothing; the unchanged columns are the core's own.
    """
    members = Member.objects.filter(contact_overrides__isnull=False).distinct().order_by("document")
    with action(), open_private(path) as file:
        write = row_writer(file)
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
    return STATES.get(value, value or "")
