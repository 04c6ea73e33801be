"""Make the monthly PDFs of all members: this process reads the database, one process per processor typesets."""

import logging
import os
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.models import Member
from statements.extract.content import Extract
from statements.extract.files import write_extract
from statements.extract.reading import extracts_of
from statements.extract.texts import texts_of
from statements.models import Product
from statements.months import Month

READ_AT_ONCE = 500  # members whose products and movements are held in memory
AHEAD = 4  # documents a processor that wait to be typeset

log = logging.getLogger(__name__)


@dataclass
class Made:
    """How many files were made, how many were there with the same data, and the names of those that failed."""

    made: int = 0
    same: int = 0
    failed: list[str] = field(default_factory=list)


Progress = Callable[[Made], None]


class Typesetters:
    """A pool of processes that write files. One file that fails is noted, and the others go on; an OSError stops the run."""

    def __init__(self, progress: Progress) -> None:
        self.result, self.progress = Made(), progress
        self.processors = len(os.sched_getaffinity(0))
        self.waiting: dict[Future[bool], str] = {}
        self.pool = self._new_pool()

    def _new_pool(self) -> ProcessPoolExecutor:
        # Fresh processes: a fork would share the connection to the database.
        return ProcessPoolExecutor(self.processors, mp_context=get_context("spawn"))

    def write(self, path: Path, extract: Extract) -> None:
        while len(self.waiting) >= self.processors * AHEAD:
            self._settle()
        try:
            texts = texts_of(extract)
        except Exception:  # one member's data; the file is named
            log.exception("extract could not be written in words")
            self.result.failed.append(path.name)
            return
        self.waiting[self._submit(path, texts)] = path.name

    def _submit(self, path: Path, texts: dict[str, Any]) -> Future[bool]:
        try:
            return self.pool.submit(write_extract, path, texts)
        except BrokenProcessPool:  # a process was killed, for want of memory for example
            self.pool = self._new_pool()
            return self.pool.submit(write_extract, path, texts)

    def finish(self) -> Made:
        while self.waiting:
            self._settle()
        return self.result

    def close(self) -> None:
        self.pool.shutdown(cancel_futures=True)

    def _settle(self) -> None:
        """Wait until one is done."""
        for future in wait(self.waiting, return_when=FIRST_COMPLETED).done:
            self._count(self.waiting.pop(future), future)
        self.progress(self.result)

    def _count(self, name: str, future: Future[bool]) -> None:
        try:
            was_made = future.result()
        except OSError:
            raise
        except Exception:  # of the typesetter, whatever it is: the file is named, and the next run tries it again
            log.exception("extract could not be typeset")
            self.result.failed.append(name)
        else:
            self.result.made += was_made
            self.result.same += not was_made


def make_files(month: Month, folder: Path, progress: Progress) -> Made:
    """One PDF for each member who has data of `month`."""
    typesetters = Typesetters(progress)
    try:
        for batch in _members_with_products():
            for member, extract in extracts_of(month, batch).items():
                if extract.accounts:
                    typesetters.write(folder / f"extracto-{month}-{member.document}.pdf", extract)
        return typesetters.finish()
    finally:
        typesetters.close()


def _members_with_products() -> Iterator[Mapping[Member, list[Product]]]:
    owners = Member.objects.filter(Exists(Product.objects.filter(member=OuterRef("pk")))).order_by("pk")
    last = 0
    while batch := list(owners.filter(pk__gt=last)[:READ_AT_ONCE]):
        last = batch[-1].pk
        by_member = defaultdict(list)
        for product in Product.objects.filter(member__in=batch):
            by_member[product.member_id].append(product)
        yield {member: sorted(by_member[member.pk], key=lambda product: product.place) for member in batch}
