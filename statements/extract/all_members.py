"""Make the monthly PDFs of all members: this process reads the database, one process per processor typesets."""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path

from django.db.models import Exists, OuterRef

from accounts.models import Member
from statements.extract.content import Extract, extract_of
from statements.extract.texts import texts_of
from statements.extract.typesetting import typeset_into
from statements.models import Product
from statements.months import Month
from statements.overview import Overview

READ_AT_ONCE = 500  # members whose products are held in memory
AHEAD = 4  # documents a processor that wait to be typeset

Progress = Callable[[int, int], None]  # documents made, and found from an earlier run


def make_files(month: Month, folder: Path, progress: Progress) -> tuple[int, int]:
    """One PDF for each member who has figures of `month`: how many were made, and how many were there already."""
    made = found = 0
    waiting: set[Future[None]] = set()
    processors = len(os.sched_getaffinity(0))
    # Fresh processes: a fork would share the connection to the database.
    with ProcessPoolExecutor(processors, mp_context=get_context("spawn")) as pool:
        for member, products in _members_with_products():
            path = folder / f"extracto-{month}-{member.document}.pdf"
            if path.exists():
                found += 1
            elif (extract := _month_of(member, month, products)) is not None:
                waiting.add(pool.submit(typeset_into, path, texts_of(extract)))
                made += 1
            if len(waiting) >= processors * AHEAD:
                waiting = _settle(waiting)
            progress(made - len(waiting), found)
        for future in waiting:
            future.result()
    return made, found


def _settle(waiting: set[Future[None]]) -> set[Future[None]]:
    """Wait until one is done; a failed one ends the run."""
    done, rest = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        future.result()
    return rest


def _members_with_products() -> Iterator[tuple[Member, list[Product]]]:
    owners = Member.objects.filter(Exists(Product.objects.filter(member=OuterRef("pk")))).order_by("pk")
    last = 0
    while batch := list(owners.filter(pk__gt=last)[:READ_AT_ONCE]):
        last = batch[-1].pk
        by_member = defaultdict(list)
        for product in Product.objects.filter(member__in=batch):
            by_member[product.member_id].append(product)
        yield from ((member, sorted(by_member[member.pk], key=lambda product: product.place)) for member in batch)


def _month_of(member: Member, month: Month, products: list[Product]) -> Extract | None:
    if month not in Overview(products).months:
        return None
    extract = extract_of(member, month, products)
    return extract if extract.accounts else None
