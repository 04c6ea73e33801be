"""Sizes of a benchmark run: the published one, and a small one that only checks that everything works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """`visits` is a round of one side; a figure is the median of `rounds`, after one that is thrown away."""

    members: int = 10_000
    large: int = 1_000_000
    small: int = 1_000  # beside `large`, for the ledger
    ledger: int = 20  # movements of everybody, in the portals of the last two sizes
    rounds: int = 5
    visits: int = 64
    flood: int = 64  # clients
    loads: int = 40  # of one page by one reader
    rows: int = 100_000  # of a members file
    imports: int = 3  # times each import is measured
    keys: int = 2_000  # issued in bulk, each of `issues` times
    issues: int = 3
    letters: int = 10_000
    extracts: int = 1_000  # monthly PDFs, each of `issues` times


QUICK = Size(600, 2_000, 500, 20, 1, 8, 16, 5, 5_000, 1, 50, 1, 50, 20)
