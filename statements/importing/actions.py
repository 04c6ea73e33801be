"""Actions: import the core's files of products and movements, and make the monthly PDFs of all members."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

from audit.actors import Actor
from audit.kinds import Kind as Event
from audit.record import action, record
from common.colombia.formats import pesos
from common.files.importing import Report
from common.files.rejects import Rejects
from common.files.tables import Reject, Table, open_table
from common.sql.temporary_tables import analyze, create, fill, only_writer, temporary
from statements.extract import all_members
from statements.importing import merge_movements, merge_products
from statements.importing.columns import Target, movement_targets, product_targets, staged_rows, told_cells
from statements.months import Month

Progress = Callable[[int], None]  # told how many rows have been read

PRODUCT_REASONS = {
    "unknown": ("documento", "no hay ningún asociado con este documento"),
    "twice": ("numero", "este producto ya está en una línea anterior del archivo"),
    "moved": ("documento", "el producto está a nombre de otro documento; para pasarlo a este, repita con --yes"),
}
MOVEMENT_REASONS = {
    "unknown": ("numero", "no hay ningún producto con este número"),
    "twice": ("referencia", "esta referencia ya está en una línea anterior del archivo"),
    "different": ("referencia", "ya está registrada con otra fecha, concepto, valor o saldo"),
    "early": ("fecha", "es anterior al último movimiento registrado de este producto"),
    "broken": ("saldo", "debe ser el saldo anterior más el valor: {expected}"),
    "after": ("saldo", "va después de otro movimiento de este producto que no entró"),
}


def import_products(
    *,
    path: Path,
    by: Actor,
    dry_run: bool = False,
    yes: bool = False,
    rejects_path: Path | None = None,
    progress: Progress = lambda rows: None,
) -> Report:
    """Insert or update products by number; `yes` also passes a product on to another member. Raises Unreadable."""
    targets = product_targets(timezone.localdate())
    table = open_table(path, [target.column for target in targets])
    targets = [target for target in targets if target.column.name in table.present]
    fields, money = [t.field for t in targets], [t.field for t in targets if t.is_money]
    report = Report(file=path.name, dry_run=dry_run, source=table.notes)
    with temporary(merge_products.STAGED, merge_products.JUDGED), Rejects(rejects_path, table.header) as rejects:
        report.rows = _stage(merge_products.STAGED, table, targets, rejects, progress)
        with action():
            only_writer("statements_product")
            found = merge_products.judge_products(fields, money)
            refused = merge_products.refused_products(fields, [why for why in PRODUCT_REASONS if why != "moved" or not yes])
            rejects.add(_product_reject(row, table, targets) for row in refused)
            report.new, report.same = found.get("new", 0), found.get("same", 0)
            report.changed = found.get("changed", 0) + (found.get("moved", 0) if yes else 0)
            report.take_rejects(rejects)
            if not dry_run:
                merge_products.merge_products(fields, money, with_moved=yes)
                _record(Event.PRODUCTS_IMPORTED, by, report)
    return report


def import_movements(
    *,
    path: Path,
    by: Actor,
    dry_run: bool = False,
    yes: bool = False,  # asked for by all imports; here there is nothing to confirm
    rejects_path: Path | None = None,
    progress: Progress = lambda rows: None,
) -> Report:
    """Append movements to their products' ledgers. Raises Unreadable."""
    targets = movement_targets(timezone.localdate())
    table = open_table(path, [target.column for target in targets])
    report = Report(file=path.name, dry_run=dry_run, source=table.notes)
    with temporary(merge_movements.STAGED, merge_movements.JUDGED), Rejects(rejects_path, table.header) as rejects:
        report.rows = _stage(merge_movements.STAGED, table, targets, rejects, progress)
        with action():
            only_writer("statements_movement")
            report.new, report.same = merge_movements.judge_movements()
            rejects.add(_movement_reject(row, table, targets) for row in merge_movements.refused_movements())
            report.take_rejects(rejects)
            if not dry_run:
                merge_movements.merge_movements()
                _record(Event.MOVEMENTS_IMPORTED, by, report)
    return report


def _stage(name: str, table: Table, targets: Sequence[Target], rejects: Rejects, progress: Progress) -> int:
    """Put the readable rows into a temporary table; how many rows the file has."""
    read = 0

    def good_rows() -> Iterator[Iterable[tuple[Any, ...]]]:
        nonlocal read
        for batch in table.batches():
            rejects.add(batch.rejects)
            read += len(batch.lines) + len(batch.rejects)
            progress(read)
            yield staged_rows(batch, table, targets)

    create(name, {"file_line": "integer"} | {target.field: target.sql for target in targets})
    fill(name, ["file_line", *(target.field for target in targets)], good_rows())
    analyze(name)
    return read


def _product_reject(row: tuple, table: Table, targets: Sequence[Target]) -> Reject:
    why, line, *values = row
    column, reason = PRODUCT_REASONS[why]
    return Reject(line, column, reason, told_cells(table, targets, values))


def _movement_reject(row: tuple, table: Table, targets: Sequence[Target]) -> Reject:
    why, expected, line, *values = row
    column, reason = MOVEMENT_REASONS[why]
    if why == "broken":
        reason = reason.format(expected=pesos(Decimal(expected) / 100))
    return Reject(line, column, reason, told_cells(table, targets, values))


def _record(kind: Event, by: Actor, report: Report) -> None:
    record(
        kind,
        by=by,
        file=report.file,
        rows=report.rows,
        new=report.new,
        changed=report.changed,
        same=report.same,
        rejected=report.rejected,
    )


def make_statements(
    *, month: Month, folder: Path, by: Actor, progress: all_members.Progress = lambda made, found: None
) -> tuple[int, int]:
    """Everybody's PDF of `month` into `folder`; what an earlier run made there stays. Made, and found there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made, found = all_members.make_files(month, folder, progress)
    record(Event.STATEMENTS_MADE, by=by, month=str(month), count=made, same=found)
    return made, found
