"""The demo's three import files, in the format of the core."""

import csv
import errno
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from cooperen.demo import people as demo_people
from cooperen.demo import products as demo_products


@dataclass(frozen=True)
class Files:
    """Paths of the three files."""

    members: Path
    products: Path
    movements: Path


def write_files(folder: Path, count: int, seed: int, today: date) -> Files:
    """Write `count` members with products and movements; the same `seed` and day write the same files.

    Raises OSError, FileExistsError for a file that is there already.
    """
    chance = Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    files = Files(folder / "asociados.csv", folder / "productos.csv", folder / "movimientos.csv")
    for path in (files.members, files.products, files.movements):
        if path.exists():
            raise FileExistsError(errno.EEXIST, "exists", str(path))
    people = list(demo_people.members(count, chance, today))
    write(files.members, demo_people.COLUMNS, people)
    write_holdings(files, [row["documento"] for row in people], chance, today)
    return files


def write(path: Path, columns: tuple[str, ...], rows: Iterable[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def write_holdings(files: Files, documents: list[str], chance: Random, today: date) -> None:
    """Write products and movements member by member, so that memory does not grow with the number of members."""
    with (
        files.products.open("w", encoding="utf-8", newline="") as products_file,
        files.movements.open("w", encoding="utf-8", newline="") as movements_file,
    ):
        products = csv.DictWriter(products_file, demo_products.PRODUCT_COLUMNS)
        movements = csv.DictWriter(movements_file, demo_products.MOVEMENT_COLUMNS)
        products.writeheader()
        movements.writeheader()
        for serial, document in enumerate(documents, 1):
            for holding in demo_products.holdings(document, serial, chance, today):
                products.writerow(holding.product)
                movements.writerows(holding.movements)
