"""Turns at what takes much: so many at a time, the others wait as they came and are told so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

# How often somebody who waits is told how many are before, and can give up.
TELL_SECONDS = 0.5


class Turns:
    """So many places in this process; nobody is refused, and nobody overtakes.

    Parameters
    ----------
    n_places
        How many may be at it at the same time.
    """

    def __init__(self, n_places: int) -> None:
        self.n_places = n_places
        # Everybody as they came: the first have the places, the others wait.
        self._line: list[object] = []
        self._moved = Condition()

    @contextmanager
    def taken(self, waiting: Callable[[int], None] = lambda _: None) -> Iterator[None]:
        """Wait for a place, and keep it.

        Parameters
        ----------
        waiting
            Told again and again how many have to end before, while there are any; what it raises
            gives the turn up.
        """
        me = object()
        with self._moved:
            self._line.append(me)
        try:
            while n_before := self._n_before(me):
                waiting(n_before)
                with self._moved:
                    self._moved.wait_for(lambda: self._n_before(me) != n_before, TELL_SECONDS)
            yield
        finally:
            with self._moved:
                self._line.remove(me)
                self._moved.notify_all()

    def _n_before(self, me: object) -> int:
        """How many have to end before it is one's turn."""
        with self._moved:
            return max(0, self._line.index(me) - self.n_places + 1)
