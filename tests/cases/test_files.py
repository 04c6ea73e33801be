"""Files that once went in wrongly: each is imported as an operator does, and gives the right value or a sentence.

A new file is a new row of `CASES`; a case may need several files, one after the other.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Member
from statements.models import Movement, Product
from tests.makers import make_member

pytestmark = pytest.mark.django_db
HERE = Path(__file__).parent
TODAY = datetime(2026, 11, 28, 15, tzinfo=UTC)  # the files hold dates of 2026


class Step(NamedTuple):
    command: str
    file: str
    code: int  # exit code
    says: tuple[str, ...] = ()


class Case(NamedTuple):
    kind: str
    steps: tuple[Step, ...]
    stored: Callable[[], list[Any]]
    expected: list[Any]


def members() -> list[Any]:
    return list(Member.objects.exclude(document="1001").order_by("document").values_list("document", flat=True))


def rates() -> list[Any]:
    return [(one.number, str(one.annual_rate)) for one in Product.objects.order_by("number")]


def movements() -> list[Any]:
    return list(Movement.objects.order_by("pk").values_list("reference", flat=True))


CASES = [
    Case(
        "a float where an identifier belongs",
        (Step("import_members", "01-float-members.csv", 1, ("línea 2", "columna documento", "«1020304.0»")),),
        members,
        [],
    ),
    Case(
        "quotes that swallow rows",
        (Step("import_members", "02-stray-quotes.csv", 1, ("Entre las líneas 2 y 4", "comillas")),),
        members,
        [],
    ),
    Case(
        "dates in American order",
        (Step("import_members", "04-us-dates.csv", 1, ("columna fecha_nacimiento", "3 de 7 fechas", "08/25/1970")),),
        members,
        [],
    ),
    Case(
        "scientific notation where an identifier belongs",
        (Step("import_products", "06-products-sci.csv", 1, ("línea 2", "columna numero", "«4.00123E+11»")),),
        rates,
        [],
    ),
    Case(
        "a number format that changes what a person sees",
        (Step("import_products", "10-percent.xlsx", 0, ("hoja «Datos»",)),),
        rates,
        [("P1", "12.6800"), ("P2", "24.7500")],
    ),
    Case(
        "a hidden sheet before the visible one",
        (Step("import_members", "16-hidden-first.xlsx", 0, ("hoja «Datos»", "«Listas» (oculta)")),),
        members,
        ["2001"],
    ),
    Case(
        "two visible sheets",
        (Step("import_members", "17-two-sheets.xlsx", 1, ("«Datos», «Medellin»", "Deje visible solo")),),
        members,
        [],
    ),
    Case(
        "merged cells",
        (Step("import_members", "19-merged.xlsx", 1, ("hoja «Datos»", "D2:D4", "Sepárelas")),),
        members,
        [],
    ),
    Case(
        "a history that comes newest first",
        (
            Step("import_products", "30-products.csv", 0),
            Step("import_movements", "30-movements-newest-first.csv", 0, ("nuevas: 4",)),
            Step("import_movements", "30-movements-oldest-first.csv", 0, ("iguales: 4",)),
        ),
        movements,
        ["1", "2", "3", "4"],
    ),
    Case("a book of another format", (Step("import_members", "25-bomb.ods", 1, ("ODS", "XLSX")),), members, []),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.steps[0].file)
def test_the_file_gives_the_right_value_or_a_sentence(case: Case, clock: Any):
    clock.now = TODAY
    make_member(document="1001")
    for step in case.steps:
        code, said = run(step)
        assert (code, [words for words in step.says if words not in said]) == (step.code, []), said
    assert case.stored() == case.expected


def test_every_file_here_is_in_a_test():
    tests = "".join(path.read_text(encoding="utf-8") for path in HERE.parent.rglob("test_*.py"))
    assert [path.name for path in HERE.iterdir() if path.suffix in (".csv", ".xlsx", ".ods") and path.name not in tests] == []


def run(step: Step) -> tuple[int, str]:
    """The exit code and all that the command said."""
    said = StringIO()
    try:
        call_command(step.command, str(HERE / step.file), stdout=said)
    except CommandError as refusal:
        return refusal.returncode, f"{said.getvalue()}{refusal}"
    return 0, said.getvalue()
