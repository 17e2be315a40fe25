"""Nobody is told anything of another's upload, and nothing of it stays on a disk or in a log."""

import asyncio
import os
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pytest

from lib.ask import bound, rows_of
from lib.cohort import Cohort
from lib.named_queries import PARAMETER, QUERIES, read_query
from lib.places import DEMO_REGISTRY
from lib.registry.importer.working import PREFIX
from lib.warehouse import open_warehouse
from tests.browser.harness import PAGES, ROOT, serving
from tests.reader import Reader, in_a_loop, reader
from tests.trust.own_data import bring, canary

ANY_CANARY = re.compile(rb"Kanarienvogel(\d{6})")
# Sessions that bring data at the same time; beside them one reads the published series.
UPLOADS_AT_ONCE = 4
SECONDS_BETWEEN_LOOKS = 0.02
# What git and pip keep in the working tree.
NOT_OURS = (".git", ".venv")
THREADS = 16


@dataclass
class Listener:
    """What one session is told: how often each canary, by its number; and what went wrong."""

    own: int | None
    heard: Counter[int] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    n_reruns: int = 0

    def hear(self, message: bytes) -> None:
        self.heard.update(int(number) for number in ANY_CANARY.findall(message))

    @property
    def n_foreign(self) -> int:
        return self.heard.total() - self.heard[self.own]


async def wander(
    session: Reader,
    listener: Listener,
    n_reruns: int,
    chance: random.Random,
    seen: set[str],
) -> None:
    """Go from page to page in any order, and click on the filter in between.

    First to pages that nobody has seen.
    """
    for _ in range(n_reruns):
        options = session.options()
        if options and chance.random() < 0.3:
            run = await session.click(*chance.choice(options))
        else:
            unseen = [title for title in session.titles if title not in seen]
            title = chance.choice(unseen or session.titles)
            seen.add(title)
            run = await session.go_to(title)
        listener.problems += run.problems
        listener.n_reruns += 1


async def meet(url: str, n_sessions: int, n_reruns: int) -> list[Listener]:
    """Let so many sessions bring their canaries and read on, all at once; one brings nothing.

    Together they see every page.
    """
    # Where all begin.
    seen = {"Import"}
    gate = asyncio.Semaphore(UPLOADS_AT_ONCE)
    listeners = [Listener(number) for number in range(n_sessions)] + [Listener(None)]

    async def one(listener: Listener, stack: AsyncExitStack) -> None:
        session = await stack.enter_async_context(reader(url, "import"))
        session.hear = listener.hear
        listener.problems += (await session.open()).problems
        if listener.own is not None:
            async with gate:
                for run in await bring(session, canary(listener.own)):
                    listener.problems += run.problems
        await wander(session, listener, n_reruns, random.Random(str(listener.own)), seen)

    # All of them stay until the last one has read: what is of one could reach any other.
    async with AsyncExitStack() as stack:
        await asyncio.gather(*(one(listener, stack) for listener in listeners))
    assert len(seen) == len(PAGES)
    return listeners


def files_with_canaries(folders: list[Path], since: float = 0.0) -> set[Path]:
    """Files changed since then in which a canary stands, or in whose name."""
    found = set()
    # Not `Path.rglob`: it stops where a folder is deleted meanwhile.
    for place, inside, names in chain(*map(os.walk, folders)):
        inside[:] = [each for each in inside if each not in NOT_OURS]
        for path in (Path(place, name) for name in names):
            # Gone meanwhile.
            with suppress(OSError):
                is_new = path.stat().st_mtime >= since
                if is_new and ANY_CANARY.search(str(path).encode() + path.read_bytes()):
                    found.add(path)
    return found


@contextmanager
def watched(folder: Path) -> Iterator[set[Path]]:
    """The files in which a canary stood at any of many looks, as long as this lasts."""
    found: set[Path] = set()
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(SECONDS_BETWEEN_LOOKS):
            found.update(files_with_canaries([folder]))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        is_over.set()
        thread.join()


def hold_apart(tmp_path: Path, n_sessions: int, n_reruns: int) -> list[Listener]:
    """Serve, let them meet, and hold what each is told and what is on the disk to the promise."""
    folders = {name: tmp_path / name for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME")}
    for folder in folders.values():
        folder.mkdir()
    log = tmp_path / "server.log"
    began = time.time()
    with (
        serving(
            "app.py", environment={name: str(path) for name, path in folders.items()}, log=log
        ) as (url, _),
        watched(folders["TMPDIR"]) as seen,
    ):
        listeners = in_a_loop(meet(url, n_sessions, n_reruns))
        # Before the sessions are forgotten, and the server has ended.
        assert files_with_canaries([*folders.values()]) == set()
    assert files_with_canaries([*folders.values()]) == set()
    assert files_with_canaries([ROOT], since=began) == set()
    assert not ANY_CANARY.search(log.read_bytes())
    # While they are read uploads lie in a folder of their own: the looks did see what is there.
    assert seen
    for path in seen:
        place = folders["TMPDIR"] / path.relative_to(folders["TMPDIR"]).parts[0]
        assert place.name.startswith(PREFIX), path
    for listener in listeners:
        assert listener.problems == []
        assert listener.n_foreign == 0, f"{listener.own} was told of {dict(listener.heard)}"
        # Its own it did hear: the looks into the messages see what is there.
        assert bool(listener.heard) == (listener.own is not None)
    return listeners


def test_no_session_is_told_anything_of_what_others_uploaded(tmp_path: Path):
    hold_apart(tmp_path, n_sessions=3, n_reruns=10)


@pytest.mark.long
def test_100_sessions_in_10_000_reruns_are_told_nothing_of_each_other(tmp_path: Path):
    listeners = hold_apart(tmp_path, n_sessions=100, n_reruns=100)
    n_reruns = sum(listener.n_reruns for listener in listeners)
    n_own = sum(listener.heard[listener.own] for listener in listeners)
    n_foreign = sum(listener.n_foreign for listener in listeners)
    print(
        f"\n{len(listeners) - 1} sessions with a canary each and one without, {n_reruns:,} reruns: "
        f"own canaries heard {n_own:,} times, foreign ones {n_foreign}"
    )


def asked_of_a_cohort() -> list[str]:
    """The queries whose only parameter is the cohort."""
    names = sorted(
        str(path.relative_to(QUERIES).with_suffix("")) for path in QUERIES.rglob("*.sql")
    )
    asked = [name for name in names if not name.startswith(("checks/", "registry/"))]
    return [name for name in asked if set(PARAMETER.findall(read_query(name))) == {"cohort"}]


def rows_asked_at_once(n_queries: int, each: int = 1) -> tuple[int, int]:
    """Ask one warehouse from many threads; how many answers there were, and how many were wrong.

    What is right a warehouse of its own said, asked by one thread, one question after another.
    Every second question goes by the results that are kept, as those of pages do. With ``each``
    only each second, third … of all questions is asked.
    """
    cohorts = [
        Cohort(),
        Cohort.of(sex=["female"]),
        Cohort.of(age=(50, 60)),
        Cohort.of(dose_tier=["1"]),
        Cohort.of(sex=["male"], age=(30, 70)),
        Cohort.of(age=(0, 1)),
    ]
    questions = [(name, cohort) for name in asked_of_a_cohort() for cohort in cohorts][::each]
    alone = open_warehouse(DEMO_REGISTRY)
    right = [repr(alone.records(name, **bound(cohort, ()))) for name, cohort in questions]
    assert len(set(right)) > len(questions) / 2
    shared = open_warehouse(DEMO_REGISTRY)
    chance = random.Random(7)
    order = [chance.randrange(len(questions)) for _ in range(n_queries)]

    def is_wrong(place: int) -> bool:
        name, cohort = questions[order[place]]
        if place % 2:
            rows = rows_of(shared, 0, name, cohort)
        else:
            rows = shared.records(name, **bound(cohort, ()))
        return repr(rows) != right[order[place]]

    with ThreadPoolExecutor(THREADS) as threads:
        wrong = list(threads.map(is_wrong, range(n_queries)))
    return len(wrong), sum(wrong)


def test_threads_that_ask_at_once_get_the_rows_of_who_asks_alone():
    assert rows_asked_at_once(1_000, each=5) == (1_000, 0)


@pytest.mark.long
def test_100_000_questions_of_threads_get_the_rows_of_who_asks_alone():
    n_asked, n_wrong = rows_asked_at_once(100_000)
    print(f"\n{n_asked:,} queries by {THREADS} threads at once: {n_wrong} with wrong rows")
    assert n_wrong == 0
