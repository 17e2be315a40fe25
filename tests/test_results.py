"""Kept results: computed once, by whoever comes first, and never wrong."""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.results import Results, together


def test_a_result_is_computed_once_for_all_who_ask_at_the_same_time():
    results, computed, go = Results(10), [], threading.Event()

    def compute() -> int:
        go.wait(5)
        computed.append(1)
        return 42

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(results.get, "key", compute) for _ in range(8)]
        go.set()
        assert [each.result() for each in asked] == [42] * 8
    assert len(computed) == 1


def test_several_results_are_computed_at_the_same_time():
    results, met = Results(10), threading.Barrier(2, timeout=5)
    together({results: [("a", met.wait), ("b", met.wait)]})
    assert {results.get(key, lambda: pytest.fail("computed again")) for key in "ab"} == {0, 1}


def test_what_nobody_has_begun_is_taken_over():
    results, go, computed = Results(20), threading.Event(), []
    # Two threads hang on the last ones; the first computes all the others, then lets them go.
    wanted = [(n, lambda n=n: computed.append(n)) for n in range(8)]
    wanted += [(8, go.set), *((n, lambda: go.wait(5)) for n in (9, 10))]
    together({results: wanted})
    assert sorted(computed) == list(range(8))


def test_who_asks_between_the_asking_and_the_beginning_waits(monkeypatch):
    results, computed = Results(10), []
    begin = Results._compute

    def late(self, *arguments) -> None:
        # Another thread asks after this one has taken the key and before it computes.
        other = threading.Thread(target=lambda: computed.append(results.get("key", lambda: "no")))
        if not others:
            others.append(other)
            other.start()
            time.sleep(0.05)
        begin(self, *arguments)

    others: list[threading.Thread] = []
    monkeypatch.setattr(Results, "_compute", late)
    assert results.get("key", lambda: "yes") == "yes"
    others[0].join(5)
    assert computed == ["yes"]


def test_many_threads_never_meet_an_error_of_each_other():
    results = Results(4)
    sys_interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            asked = [
                pool.submit(
                    together, {results: [(n % 7, int), ((n + 1) % 7, int), ((n * 3) % 7, int)]}
                )
                for n in range(3000)
            ]
            assert [each.exception() for each in asked] == [None] * len(asked)
    finally:
        sys.setswitchinterval(sys_interval)


def test_even_an_interruption_leaves_nobody_waiting():
    results = Results(10)

    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        results.get("key", interrupted)
    assert results.get("key", lambda: "there") == "there"


def test_an_error_is_raised_to_who_asks_and_not_kept():
    results = Results(10)

    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        results.get("key", fail)
    assert results.get("key", lambda: "yes") == "yes"


def test_the_result_asked_for_longest_ago_is_let_go():
    results = Results(2)
    for key in ("a", "b", "a", "c"):
        results.get(key, lambda key=key: key)
    assert results.get("a", lambda: "new") == "a"
    assert results.get("b", lambda: "new") == "new"
