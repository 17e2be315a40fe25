"""Kept results: computed once, by whoever comes first, and never wrong."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lib.results import Results


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
    results.together([("a", met.wait), ("b", met.wait)])
    assert {results.get(key, lambda: pytest.fail("computed again")) for key in "ab"} == {0, 1}


def test_what_nobody_has_begun_is_taken_over():
    results, go, computed = Results(20), threading.Event(), []
    # Two threads hang on the last ones; the first computes all the others, then lets them go.
    wanted = [(n, lambda n=n: computed.append(n)) for n in range(8)]
    wanted += [(8, go.set), *((n, lambda: go.wait(5)) for n in (9, 10))]
    results.together(wanted)
    assert sorted(computed) == list(range(8))


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
