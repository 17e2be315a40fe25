"""Results of queries, kept for the next reader of the same view and computed side by side."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
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

    def get(self, key: Hashable, compute: Callable[[], object]) -> object:
        """The result for a key, computed here unless it is kept or on its way."""
        with self._lock:
            future = self._kept.get(key)
            # Nobody has asked, or another thread was asked and has not begun: it is done here.
            is_mine = future is None or future.cancel()
            if is_mine:
                future = self._place(key)
                future.set_running_or_notify_cancel()
            self._kept.move_to_end(key)
        if is_mine:
            self._compute(key, future, compute)
        return future.result()

    def ahead(
        self, key: Hashable, compute: Callable[[], object], executor: Executor = _AHEAD
    ) -> Future | None:
        """Begin to compute what will be asked for, in another thread.

        Returns what can be cancelled as long as it waits; None if somebody has asked before.
        """
        with self._lock:
            if key in self._kept:
                return None
            future = self._place(key)
        executor.submit(self._begin, key, future, compute)
        return future

    def _place(self, key: Hashable) -> Future:
        future = self._kept[key] = Future()
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return future

    def _begin(self, key: Hashable, future: Future, compute: Callable[[], object]) -> None:
        if future.set_running_or_notify_cancel():
            self._compute(key, future, compute)

    def _compute(self, key: Hashable, future: Future, compute: Callable[[], object]) -> None:
        try:
            future.set_result(compute())
        # Whatever it is: those who wait would wait for ever.
        except BaseException as error:
            with self._lock:
                if self._kept.get(key) is future:
                    del self._kept[key]
            future.set_exception(error)


def together(wanted: Mapping[Results, list[tuple[Hashable, Callable[[], object]]]]) -> None:
    """Compute what is not kept of several results, on as many cores as there are.

    This thread begins with the first, the others with the last: they meet in the middle.

    Parameters
    ----------
    wanted
        By where they are kept: the key of each, and what computes it.
    """
    each_of = [(results, *each) for results, own in wanted.items() for each in own]
    for results, key, compute in reversed(each_of[1:]):
        results.ahead(key, compute)
    for results, key, compute in each_of:
        results.get(key, compute)
