"""Results of queries, kept for the next reader of the same view and computed side by side."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial, wraps
from threading import Lock

# While one query runs, another core is free; more would only wait for each other.
_AHEAD = ThreadPoolExecutor(max_workers=2, thread_name_prefix="ahead")


class Results:
    """What was computed for a key, the latest asked for; safe to share between threads.

    Nothing is computed twice at the same time: who asks for what another thread is computing
    waits for it. An error is raised to those who wait, and is not kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Future] = OrderedDict()
        self._lock = Lock()

    def together(self, wanted: list[tuple[Hashable, Callable[[], object]]]) -> None:
        """Compute what is not kept of several results, on as many cores as there are.

        This thread begins with the first, the others with the last: they meet in the middle.
        """
        for key, compute in reversed(wanted[1:]):
            self._ahead(key, compute)
        for key, compute in wanted:
            self.get(key, compute)

    def get(self, key: Hashable, compute: Callable[[], object]) -> object:
        """The result for a key, computed here unless it is kept or on its way."""
        while True:
            if future := self._claim(key):
                self._run(key, future, compute)
                return future.result()
            with self._lock:
                future = self._kept.get(key)
            if future is None:
                continue
            # Asked for ahead, but nobody has begun yet: it is taken over.
            if future.cancel():
                self._drop(key, future)
                continue
            return future.result()

    def _ahead(self, key: Hashable, compute: Callable[[], object]) -> None:
        if future := self._claim(key):
            _AHEAD.submit(self._run, key, future, compute)

    def _claim(self, key: Hashable) -> Future | None:
        """A future for a key that nobody has asked for; the asker has to compute it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return None
            future = self._kept[key] = Future()
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return future

    def _run(self, key: Hashable, future: Future, compute: Callable[[], object]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(compute())
        except Exception as error:
            self._drop(key, future)
            future.set_exception(error)

    def _drop(self, key: Hashable, future: Future) -> None:
        with self._lock:
            if self._kept.get(key) is future:
                del self._kept[key]


def kept_with_source(function: Callable) -> Callable:
    """Keep what a function makes of its first argument, which has ``results``, and the others.

    It is kept by that argument alone, so that it goes when that goes: a clinic's own registry
    leaves nothing behind.
    """

    @wraps(function)
    def kept(source: object, *others: Hashable) -> object:
        return source.results.get(
            (function.__qualname__, *others), partial(function, source, *others)
        )

    return kept
