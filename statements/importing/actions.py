"""Actions: import the core's files of products and movements, and make the monthly PDFs of all members."""

import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import timezone

from audit.actors import Actor
from audit.kinds import Kind as Event
from audit.record import action, record
from common.colombia.formats import pesos
from common.files.brakes import check_changes
from common.files.importing import Report, refuse_second_import
from common.files.rejects import Rejects
from common.files.tables import Reject, Table, open_table
from common.sql.temporary_tables import analyze, create, fill, only_writer, temporary
from statements.extract import all_members
from statements.importing import merge_movements, merge_products
from statements.importing.columns import Target, movement_targets, product_targets, staged_rows, told_cells
from statements.importing.product_brakes import product_changes
from statements.months import Month

Progress = Callable[[int], None]  # told how many rows have been read

OLDER = "de ellas, de un corte anterior al guardado (no cambian el saldo de hoy)"
PRODUCT_REASONS = {
    "unknown": ("documento", "no hay ningún asociado con este documento"),
    "twice": ("numero", "este producto ya está en una línea anterior del archivo"),
    "moved": ("documento", "el producto está a nombre de otro documento; para pasarlo a este, repita con --yes"),
}
# What to do when the core corrected what is stored already.
ANEW = "si el núcleo lo corrigió, corra manage.py restart_ledger {number} --by QUIÉN --reason TEXTO y traiga toda su historia"
MOVEMENT_REASONS = {
    "unknown": ("numero", "no hay ningún producto con este número"),
    "twice": ("referencia", "esta referencia ya está en una línea anterior del archivo"),
    "different": ("referencia", f"ya está registrada con otra fecha, concepto, valor o saldo; {ANEW}"),
    "early": ("fecha", f"es anterior al último movimiento registrado de este producto; {ANEW}"),
    "broken": ("saldo", "debe ser el saldo anterior más el valor: {expected}; nada de este producto entró"),
    "beside": ("saldo", "otro movimiento de este producto no cuadra; nada de este producto entró"),
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
    """Insert or update products by number; `yes` also passes a product on to another member.

    Raises Unreadable, and Stopped while another import runs or, without `yes`, for changes above the share of `brakes.py`.
    """
    targets = product_targets(timezone.localdate())
    table = open_table(path, [target.column for target in targets])
    targets = [target for target in targets if target.column.name in table.present]
    fields, money = [t.field for t in targets], [t.field for t in targets if t.is_money]
    report = Report(file=path.name, dry_run=dry_run, source=table.notes)
    with temporary(merge_products.STAGED, merge_products.JUDGED), Rejects(rejects_path, table.header) as rejects:
        refuse_second_import()
        report.rows = _stage(merge_products.STAGED, table, targets, rejects, progress)
        with action():
            only_writer("statements_product")
            found = merge_products.judge_products(fields, money)
            report.notes = check_changes(product_changes(fields), yes=yes)
            refused = merge_products.refused_products(fields, [why for why in PRODUCT_REASONS if why != "moved" or not yes])
            rejects.add(_product_reject(row, table, targets) for row in refused)
            report.new, report.same = found.get("new", 0), found.get("same", 0)
            report.changed = found.get("changed", 0) + found.get("older", 0) + (found.get("moved", 0) if yes else 0)
            if older := found.get("older", 0):
                report.more[OLDER] = older
            if yes and "moved" in found:
                report.more["pasaron a otro documento"] = found["moved"]
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
    """Append movements to their products' ledgers. Raises Unreadable, and Stopped while another import runs."""
    targets = movement_targets(timezone.localdate())
    table = open_table(path, [target.column for target in targets])
    report = Report(file=path.name, dry_run=dry_run, source=table.notes)
    with temporary(merge_movements.STAGED, merge_movements.JUDGED), Rejects(rejects_path, table.header) as rejects:
        refuse_second_import()
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
    why, expected, line, number, *_ = row
    column, reason = MOVEMENT_REASONS[why]
    reason = reason.format(expected=pesos(Decimal(expected or 0) / 100), number=shlex.quote(number))
    values = row[3:]
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
    *, month: Month, folder: Path, by: Actor, progress: all_members.Progress = lambda result: None
) -> all_members.Made:
    """Everybody's PDF of `month` into `folder`; what is there with the same data stays. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    result = all_members.make_files(month, folder, progress)
    details: dict[str, Any] = {"month": str(month), "count": result.made, "same": result.same}
    details |= {"rejected": len(result.failed)} if result.failed else {}
    record(Event.STATEMENTS_MADE, by=by, **details)
    return result
