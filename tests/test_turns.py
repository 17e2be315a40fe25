"""Turns: so many at a time, first come first served, nobody is refused."""

import threading
import time

import pytest

from lib.turns import Turns

SECONDS = 10


class Worker:
    """Somebody who takes a turn and keeps it until it is told to go."""

    def __init__(self, turns: Turns) -> None:
        self.told: list[int] = []
        self.is_in, self.may_go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, args=[turns], daemon=True)
        self._thread.start()

    def _work(self, turns: Turns) -> None:
        with turns.taken(self.told.append):
            self.is_in.set()
            self.may_go.wait(SECONDS)

    def go(self) -> None:
        self.may_go.set()
        self._thread.join(SECONDS)


def came(turns: Turns, n_before: int) -> Worker:
    """A worker who has come, and found so many before."""
    worker = Worker(turns)
    until = time.monotonic() + SECONDS
    while not (worker.told or worker.is_in.is_set()) and time.monotonic() < until:
        time.sleep(0.01)
    assert worker.told[:1] == ([n_before] if n_before else [])
    return worker


def test_so_many_have_a_place_and_the_others_follow_as_they_came():
    turns = Turns(2)
    workers = [came(turns, n_before) for n_before in (0, 0, 1, 2, 3)]
    assert [each.is_in.is_set() for each in workers] == [True, True, False, False, False]
    for ending, next_one in ((0, 2), (2, 3), (1, 4)):
        assert not workers[next_one].is_in.is_set()
        workers[ending].go()
        assert workers[next_one].is_in.wait(SECONDS)
    assert all(each.told == sorted(each.told, reverse=True) for each in workers)
    # On a busy machine one may look only after two have ended.
    assert workers[-1].told[0] == 3
    assert set(workers[-1].told) <= {3, 2, 1}
    for each in workers:
        each.go()


def test_who_gives_up_or_fails_leaves_the_place_to_the_next():
    turns = Turns(1)
    first = came(turns, 0)

    def gone(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), turns.taken(gone):
        pass
    second = came(turns, 1)
    first.go()
    assert second.is_in.wait(SECONDS)
    second.go()
    with pytest.raises(ValueError, match="fails"), turns.taken():
        raise ValueError("fails")
    assert came(turns, 0).is_in.is_set()
