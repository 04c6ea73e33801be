"""Write and import files, as an operator does."""

from collections.abc import Iterable
from io import StringIO
from pathlib import Path

from django.core.management import CommandError, call_command


def bring(command: str, path: Path, header: str | None, rows: Iterable[str], options: Iterable[str]) -> tuple[int, str]:
    """Write the file (unless `header` is None) and import it: the exit code and all that was said."""
    if header is not None:
        path.write_text("\n".join([header, *rows]) + "\n" if header else "", encoding="utf-8")
    said = StringIO()
    try:
        call_command(command, str(path), *options, stdout=said)
    except CommandError as refusal:
        return refusal.returncode, f"{said.getvalue()}{refusal}"
    return 0, said.getvalue()


def counted(new: int = 0, changed: int = 0, same: int = 0, rejected: int = 0) -> str:
    """The lines of a report with these figures."""
    return f"  nuevas: {new}\n  cambiadas: {changed}\n  iguales: {same}\n  rechazadas: {rejected}\n"
