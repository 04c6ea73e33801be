"""Let one thread prepare what another uses: a file is read while the database works on what was read before."""

import threading
from collections.abc import Iterable, Iterator
from queue import Full, Queue
from typing import Any, TypeVar

T = TypeVar("T")


def read_ahead(source: Iterable[T], most: int) -> Iterator[T]:
    """The same items in the same order, at most `most` of them prepared early; the source's errors come out here."""
    line: Queue[tuple[str, Any]] = Queue(most)
    stop = threading.Event()

    def put(item: tuple[str, Any]) -> None:
        while not stop.is_set():
            try:
                return line.put(item, timeout=0.2)
            except Full:
                continue

    def work() -> None:
        try:
            for item in source:
                put(("item", item))
                if stop.is_set():
                    return
            put(("end", None))
        except BaseException as error:
            put(("error", error))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield from _items(line)
    finally:
        stop.set()
        thread.join()


def _items(line: "Queue[tuple[str, Any]]") -> Iterator[Any]:
    while True:
        what, item = line.get()
        if what == "error":
            raise item
        if what == "end":
            return
        yield item
