"""Import the members file: rows of `accounts_member` are inserted or updated by document."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from django.db import IntegrityError, connection
from django.utils import timezone

from accounts.models import Member
from audit.actors import Actor
from audit.kinds import Kind
from audit.record import action, record
from common.files.brakes import check_changes
from common.files.importing import Report, refuse_second_import
from common.files.rejects import Rejects
from common.files.tables import Reject, Table, open_table
from common.sql.temporary_tables import drop
from registry import change_notices
from registry.brakes import ALWAYS_TOLD, LINES, changes_of, counts_before
from registry.columns import FIELDS, Prepared, member_columns, prepared_rows
from registry.contact_overrides import apply_overrides, lock_overrides, overridden_fields
from registry.staging import MEMBER, NEW_MEMBER, TABLES, Staging

PIECE = 50  # batches merged at once: 50,000 rows

# Called in the import's transaction if it changed something; apps above register their functions.
after_import: list[Callable[[], None]] = []


class _RollBack(Exception):
    """Rolls the transaction of a dry run back."""


def import_members(
    *,
    path: Path,
    by: Actor,
    dry_run: bool = False,
    yes: bool = False,
    rejects_path: Path | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> Report:
    """Insert or update every member of the file in one transaction; rejected rows are skipped and reported.

    Members that the file lacks stay as they are. Raises tables.Unreadable for an unreadable file, and importing.Stopped while
    another import runs, or for a file that changes more than `brakes.py` allows, unless `yes`.
    """
    job = _Job(path=path, by=by, dry_run=dry_run, yes=yes, rejects_path=rejects_path, progress=progress)
    if Member.objects.filter(in_registry=True).exists():
        return _run(job, _merge_file)
    try:
        return _run(job, _fill_registry)
    except IntegrityError:  # a document twice in the file, or one of staff: start again with the merge, which checks each row
        return _run(job, _merge_file)


class _Job(NamedTuple):
    path: Path
    by: Actor
    dry_run: bool
    yes: bool
    rejects_path: Path | None
    progress: Callable[[int], None]


def _run(job: _Job, way: Callable[..., None]) -> Report:
    table = open_table(job.path, member_columns(timezone.localdate()))
    report = Report(file=job.path.name, dry_run=job.dry_run, source=table.notes)
    with Rejects(job.rejects_path, table.header) as rejects:
        try:
            with action(), connection.cursor() as cursor:
                refuse_second_import()
                way(job, table, _staging(cursor, table), rejects, report)
                if not report.changed_nothing:
                    for follow in after_import:
                        follow()
                if job.dry_run:
                    raise _RollBack
        except _RollBack:
            pass
    return report


def _fill_registry(job: _Job, table: Table, staging: Staging, rejects: Rejects, report: Report) -> None:
    """Import into an empty registry: every row is new, and the unique index finds duplicates."""
    constants = NEW_MEMBER | {"created_at": staging.values["now"]}

    def pieces() -> Iterator[Any]:
        for batch in prepared_rows(table, for_copy=staging.postgres, ahead=_ahead(staging), constants=constants):
            rejects.add(batch.rejects)
            report.new += batch.rows
            report.rows += batch.rows + len(batch.rejects)
            job.progress(report.rows)
            yield batch.encoded

    staging.fill_empty_registry(pieces())
    totals: Counter[str] = Counter()
    _finish_report(report, rejects, totals, staging.shared_emails(MEMBER))
    _write_trail(report, totals, job.by)


def _merge_file(job: _Job, table: Table, staging: Staging, rejects: Rejects, report: Report) -> None:
    lock_overrides()
    before = counts_before()
    staging.make_tables()
    totals = _merge_pieces(job, table, staging, rejects, report)
    totals["held"] = change_notices.hold_members(staging)
    totals["missing"] = before["members"] - totals["in_registry"]
    _finish_report(report, rejects, totals, staging.shared_emails())
    report.notes = check_changes(changes_of(totals, before), yes=job.yes)
    if not job.dry_run:
        _write_trail(report, totals, job.by)
        change_notices.tell_changes(staging, by=job.by)
    drop(*TABLES)


def _staging(cursor: Any, table: Table) -> Staging:
    now = timezone.now()
    present = [FIELDS[name] for name in FIELDS if name in table.present]
    spell = connection.ops.adapt_datetimefield_value
    return Staging(cursor, present, list(FIELDS.values()), now=str(spell(now)))


def _ahead(staging: Staging) -> int:
    """The number of batches to read ahead: encoded bytes are small, Python values are not."""
    return PIECE if staging.postgres else PIECE // 5


# ---- piece by piece ----------------------------------------------------------------------------------------------


def _merge_pieces(job: _Job, table: Table, staging: Staging, rejects: Rejects, report: Report) -> Counter[str]:
    totals: Counter[str] = Counter()
    overridden = overridden_fields().intersection(staging.fields)
    prepared = prepared_rows(table, for_copy=staging.postgres, ahead=_ahead(staging))
    while piece := _Piece.next(prepared, staging, rejects):
        doubles = staging.take_out_duplicates(piece.rows)
        rejects.add(_duplicate(row, table) for row in doubles)
        report.rows += piece.rows + piece.rejected
        outcome = apply_overrides(staging.cursor, overridden)
        totals.update(kept=outcome.kept, confirmed=outcome.confirmed, core_won=len(outcome.core_won))
        _merge(staging, piece.rows - len(doubles), outcome.core_won, report, totals)
        job.progress(report.rows)
    return totals


class _Piece(NamedTuple):
    rows: int
    rejected: int

    @classmethod
    def next(cls, prepared: Iterator[Prepared], staging: Staging, rejects: Rejects) -> "_Piece | None":
        """Stage the next `PIECE` batches of the file; None at its end."""
        rows = rejected = batches = 0

        def pieces() -> Iterator[Any]:
            nonlocal rows, rejected, batches
            for batch in islice(prepared, PIECE):
                rejects.add(batch.rejects)
                rows, rejected, batches = rows + batch.rows, rejected + len(batch.rejects), batches + 1
                yield batch.encoded

        staging.load(pieces())
        return cls(rows, rejected) if batches else None


def _merge(staging: Staging, rows: int, core_won: Sequence[int], report: Report, totals: Counter[str]) -> None:
    counts = staging.count()
    if counts.changed:
        staging.note_changes(core_won)
        staging.update()
    if counts.known < rows:
        staging.insert(some_known=counts.known > 0)
    report.new += rows - counts.known
    report.changed += counts.changed
    report.same += counts.known - counts.changed
    totals.update(counts.kinds, in_registry=counts.in_registry)


def _duplicate(row: Sequence[Any], table: Table) -> Reject:
    first, line, *values = row
    by_name = dict(zip(FIELDS, ("" if value is None else str(value) for value in values), strict=False))
    cells = [by_name.get(name, "") for name in table.header]
    return Reject(line, "documento", f"el documento ya está en la línea {first}", cells)


# ---- report and audit event --------------------------------------------------------------------------------------

OVERRIDES = {
    "kept": "datos aprobados que el núcleo todavía no tiene (se conservan)",
    "confirmed": "datos aprobados que el núcleo ya tiene",
    "core_won": "datos aprobados que el núcleo reemplazó por otros (avisado)",
}


def _finish_report(report: Report, rejects: Rejects, totals: Counter[str], shared: int) -> None:
    report.take_rejects(rejects)
    lines = {line: totals[name] for name, line in LINES.items() if totals[name] or name in ALWAYS_TOLD}
    lines["asociados con recuperación detenida 72 horas"] = totals["held"]
    lines |= {line: totals[name] for name, line in OVERRIDES.items() if totals[name]}
    lines["correos de varios asociados"] = shared
    lines["asociados que el archivo no trae (quedan como estaban; se retiran con estado retirado)"] = totals["missing"]
    report.more = lines


def _write_trail(report: Report, totals: Counter[str], by: Actor) -> None:
    counts: dict[str, Any] = {name: getattr(report, name) for name in ("rows", "new", "changed", "same", "rejected")}
    counts |= {name: totals[name] for name in ("retired", "emails", "phones")}
    record(Kind.MEMBERS_IMPORTED, by=by, file=report.file[:100], **counts)
