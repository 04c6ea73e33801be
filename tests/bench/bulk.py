"""Bulk operations as figures: goals 9, 10, 11 and 23, imports on SQLite, and letters."""

from typing import Any

from tests.bench.figures import Figure
from tests.bench.signals import run_module
from tests.bench.sizes import Size


def imports(server: str, size: Size) -> list[Figure]:
    """Goals 9 and 10, rows 21 and 22, by `tests.bench.imports`."""
    found = run_module("tests.bench.imports", str(size.rows), str(size.imports), server)
    postgres, sqlite = found["PostgreSQL"], found["SQLite"]
    of = {"rows": size.rows, "times": size.imports}
    rate, on_sqlite = postgres["rows a second"], sqlite["rows a second"]
    new = {"new /s": rate["new"], "COPY /s": rate["limit"]}
    same = {"all present /s": rate["all present"], "merge /s": rate["merge"]}
    same |= {"merge that finds nothing to write /s": rate["comparison"]}
    return [
        Figure(9, postgres["new ÷ limit"], of | new),
        Figure(10, postgres["all present ÷ merge"], of | same),
        Figure(21, sqlite["new ÷ limit"], of | {"new /s": on_sqlite["new"], "executemany /s": on_sqlite["limit"]}),
        Figure(22, max(postgres["memory MiB"], sqlite["memory MiB"]), of | {"on SQLite MiB": sqlite["memory MiB"]}),
    ]


def keys(server: str, size: Size) -> list[Figure]:
    """Goal 11 and row 20, by `tests.bench.keys`."""
    found: dict[str, Any] = run_module("tests.bench.keys", str(size.keys), str(size.issues), str(size.letters), server)
    seconds = found.pop("seconds for the letters")
    letters = {"letters": found.pop("letters")}
    return [Figure(11, found.pop("share"), {"keys": size.keys, "times": size.issues, **found}), Figure(20, seconds, letters)]


def extracts(server: str, size: Size) -> list[Figure]:
    """Goal 23, by `tests.bench.extracts`."""
    found: dict[str, Any] = run_module("tests.bench.extracts", str(size.extracts), str(size.issues), server)
    return [Figure(23, found.pop("share"), {"extracts": size.extracts, "times": size.issues, **found})]
