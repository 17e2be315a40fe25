"""A session that was left is gone with all its data, also where nobody comes afterwards."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from tests.browser.harness import serving
from tests.reader import in_a_loop, reader
from tests.trust.counted import COUNTS
from tests.trust.own_data import bring, canary, sheets_with

# Streamlit's own 120 s would make the test wait for nothing else.
KEPT_S = 2
MOST_GROWTH = 1.10
Tell = Callable[[], dict[str, int]]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int, Tell]]:
    """The app, its process, and what of sessions is alive in it, by class."""
    counts = tmp_path_factory.mktemp("counts") / "counts.json"

    def tell() -> dict[str, int]:
        counts.unlink(missing_ok=True)
        os.kill(pid, signal.SIGUSR1)
        until = time.monotonic() + 30
        while not counts.exists():
            assert time.monotonic() < until, "the server did not count"
            time.sleep(0.05)
        return json.loads(counts.read_text(encoding="utf-8"))

    environment = {COUNTS: str(counts), "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(KEPT_S)}
    with serving("app.py", environment=environment, program="tests.trust.counted") as (url, pid):
        yield url, pid, tell


async def use_and_leave(url: str, number: int, *, with_more: bool = False) -> None:
    """Open a session, bring a registry and read a page of it; leave more files not taken in."""
    async with reader(url, "import") as session:
        await session.open()
        await bring(session, canary(number))
        await session.go_to("Timelines")
        if with_more:
            await session.go_to("Import")
            await session.upload(sheets_with(canary(number)))


def wait_until_gone(tell: Tell) -> dict[str, int]:
    """What is alive once the sessions' time is over; nobody asks the server for anything."""
    until = time.monotonic() + 20 * KEPT_S
    while (found := tell()).keys() - {"AppSession", "Warehouse"} or found.get("Warehouse", 0) > 1:
        if time.monotonic() > until:
            break
        time.sleep(KEPT_S / 4)
    return found


def test_the_data_of_a_session_are_gone_when_its_time_is_over_and_nobody_comes(served):
    url, _, tell = served
    in_a_loop(use_and_leave(url, 1, with_more=True))
    # The published series is everybody's. What is empty may wait for Python's collector.
    found = wait_until_gone(tell)
    assert found.pop("AppSession", 0) <= 2
    assert found == {"Warehouse": 1}


def test_data_that_are_deleted_leave_nothing_behind_in_the_session(served):
    url, _, tell = served

    async def delete() -> None:
        async with reader(url, "import") as session:
            await session.open()
            await bring(session, canary(1))
            await session.go_to("Import")
            await session.upload(sheets_with(canary(2)))
            assert tell()["Reading"] and tell()["UploadedFileRec"]
            await session.press("Delete my data")
            found = tell()
            assert found.pop("AppSession") <= 2
            assert found == {"Warehouse": 1}

    in_a_loop(delete())


@pytest.mark.long
def test_1000_sessions_that_came_and_went_leave_the_memory_as_it_was(served):
    """The first 100 fill what is kept for everybody, and what the allocator keeps for itself."""
    url, pid, tell = served
    server = psutil.Process(pid)
    rss_mb: dict[int, float] = {}

    async def come_and_go(numbers: range) -> None:
        for number in numbers:
            await use_and_leave(url, number)

    for first in range(0, 1000, 100):
        in_a_loop(come_and_go(range(first, first + 100)))
        found = wait_until_gone(tell)
        assert found["Warehouse"] == 1, found
        rss_mb[first + 100] = round(server.memory_info().rss / 1e6, 1)
        print(f"\nafter {first + 100} sessions: {rss_mb[first + 100]} MB, alive: {found}")
    growth = rss_mb[1000] / rss_mb[100]
    print(f"\n1,000 × open, upload, close: memory {100 * (growth - 1):+.1f}% since the 100th")
    assert growth <= MOST_GROWTH
