"""Read ahead in a thread, so that parsing a file overlaps the database's work."""

import threading
from collections.abc import Iterable, Iterator
from queue import Full, Queue
from typing import Any, TypeVar

T = TypeVar("T")


def read_ahead(source: Iterable[T], most: int) -> Iterator[T]:
    """The items of `source` in order, at most `most` of them read early. Errors of the source are raised here."""
    queue: Queue[tuple[str, Any]] = Queue(most)
    stop = threading.Event()

    def put(item: tuple[str, Any]) -> None:
        while not stop.is_set():
            try:
                return queue.put(item, timeout=0.2)
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
        yield from _items(queue)
    finally:
        stop.set()
        thread.join()


def _items(queue: "Queue[tuple[str, Any]]") -> Iterator[Any]:
    while True:
        what, item = queue.get()
        if what == "error":
            raise item
        if what == "end":
            return
        yield item
