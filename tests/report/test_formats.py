"""Many ask for files at once: all of them get theirs, and the server does not start them all."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil

from lib.report.formats import FORMATS, WRITTEN_AT_ONCE
from lib.report.pdf import CHILD
from tests.report.packets import small

N_READERS = 6


def children() -> Iterator[psutil.Process]:
    """The processes that set a PDF for this one."""
    for child in psutil.Process().children():
        try:
            if CHILD in child.cmdline():
                yield child
        except psutil.Error:
            # It has ended meanwhile.
            continue


def test_of_many_pdfs_asked_for_at_once_few_are_set_at_a_time_and_all_are_made():
    told: list[int] = []
    n_seen, is_done = [], threading.Event()

    def look() -> None:
        while not is_done.wait(0.02):
            n_seen.append(len(list(children())))

    watch = threading.Thread(target=look)
    watch.start()
    with ThreadPoolExecutor(N_READERS) as readers:
        asked = [
            readers.submit(FORMATS["pdf"].write, small(comment=f"Of reader {n}."), told.append)
            for n in range(N_READERS)
        ]
        made = [each.result() for each in asked]
    is_done.set()
    watch.join()
    assert len({*made}) == N_READERS
    assert all(content.startswith(b"%PDF") for content in made)
    assert 0 < max(n_seen) <= WRITTEN_AT_ONCE
    assert set(told) <= set(range(1, N_READERS - WRITTEN_AT_ONCE + 1))
    assert 1 in told


def test_a_preview_waits_for_nobody():
    told: list[int] = []
    with ThreadPoolExecutor(N_READERS) as readers:
        asked = [
            readers.submit(FORMATS["html"].write, small(), told.append) for _ in range(N_READERS)
        ]
    assert all(each.result() for each in asked)
    assert told == []
