"""Measure many readers at once: real sessions of the real server, each over its own websocket.

`python -m tests.benchmarks.load --sessions 50 --think 10` prints a table, with `--json` one object.
Every session opens a page and then, after a random time to think, clicks on an option of the filter
or, one time in five, on another page.

reruns         seconds from sending a click to the end of the script: count, p50, p95, max
openings       the same of a session's first run
errors         by name: exceptions and error boxes on a page, sockets closed, time-outs of 30 s
rss_mb         resident memory of the server's process, in MB (10⁶ bytes): warm (one reader has
               clicked until what is kept for all is full), with 10 and with all sessions after five
               clicks each, after the time of load, and when Streamlit has forgotten the sessions
               (it keeps them two minutes for whoever comes back)
mb_a_session   what each session beyond ten adds, idle; nothing is collected for the measurement
threads        of the server's process, at the same moments
cpu_ratio      CPU seconds of the server per second under load: at 1 Python has no more to give

The readers run on the same machine as the server and take some of its CPU.
"""

import argparse
import asyncio
import json
import random
import time
from collections import Counter
from contextlib import AsyncExitStack
from itertools import cycle
from urllib.parse import urlencode

import psutil
from websockets.exceptions import ConnectionClosed

from lib.datasets import DATASETS, DEFAULT_DATASET
from lib.view import DATASET
from tests.browser.harness import PAGES, ROOT, serving
from tests.reader import Reader, Run, reader

APP = ROOT / "app.py"
FEW_SESSIONS = 10
CLICKS_BEFORE_IDLE = 5
# Of the one reader that fills what is kept for all: the results of 200 questions, a few each click.
WARM_UP_CLICKS = 25
TIMEOUT_S = 30
IDLE_S = 5
# Streamlit's server.disconnectedSessionTTL, and some.
FORGOTTEN_AFTER_S = 125
ONE_OTHER_PAGE_IN = 5
# The limits that the project has set itself (README, issue 6).
LIMITS_P95_MS = {50: 500, 100: 1000}
LIMIT_MB_A_SESSION = 2.0


class Measured:
    """Times and errors of all sessions."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.errors: Counter[str] = Counter()

    async def add(self, asked: asyncio.Future[Run]) -> bool:
        """Wait for a run; whether its session can go on."""
        try:
            run = await asyncio.wait_for(asked, TIMEOUT_S)
        except TimeoutError:
            self.errors[f"no end of a run within {TIMEOUT_S} s"] += 1
            return False
        except ConnectionClosed as closed:
            self.errors[f"socket closed: {closed.rcvd and closed.rcvd.code}"] += 1
            return False
        self.seconds.append(run.seconds)
        self.errors.update(run.problems)
        return True

    def summary(self) -> dict:
        """Count, p50, p95 and maximum in milliseconds."""
        times = sorted(self.seconds)
        if not times:
            return {"n": 0}
        return {
            "n": len(times),
            "p50_ms": round(1000 * times[len(times) // 2]),
            "p95_ms": round(1000 * times[int(0.95 * (len(times) - 1))]),
            "max_ms": round(1000 * times[-1]),
        }


class Server:
    """What the server's process takes, by moment."""

    def __init__(self, pid: int) -> None:
        self.process = psutil.Process(pid)
        self.rss_mb: dict[str, float] = {}
        self.threads: dict[str, int] = {}

    async def note(self, moment: str) -> None:
        """Note memory and threads when nothing goes on any more."""
        await asyncio.sleep(IDLE_S)
        self.rss_mb[moment] = round(self.process.memory_info().rss / 1e6, 1)
        self.threads[moment] = self.process.num_threads()

    def cpu_seconds(self) -> float:
        times = self.process.cpu_times()
        return times.user + times.system


async def click(session: Reader) -> Run:
    """What a reader does next: another page now and then, else an option of the filter."""
    options = session.options()
    if not options or random.randrange(ONE_OTHER_PAGE_IN) == 0:
        return await session.go_to(random.choice(session.titles))
    return await session.click(*random.choice(options))


async def walk(session: Reader, measured: Measured, think_s: float, until: float) -> None:
    """Think and click until the time is over or the session can't go on."""
    while True:
        await asyncio.sleep(random.expovariate(1 / think_s))
        if time.monotonic() > until or not await measured.add(click(session)):
            return


async def warm_up(url: str, query: str) -> None:
    """Fill what is kept for all: one reader clicks on every page."""
    for path in PAGES.values():
        async with reader(url, path.strip("/"), query) as session:
            await session.open()
            for _ in range(WARM_UP_CLICKS):
                if options := session.options():
                    await session.click(*random.choice(options))


async def measure(url: str, pid: int, options: argparse.Namespace) -> dict:
    """Warm up, open few sessions, then all, let them click, and close them."""
    server = Server(pid)
    query = urlencode({DATASET: options.dataset})
    await warm_up(url, query)
    await server.note("warm")
    opened, clicked, loaded = Measured(), Measured(), Measured()
    pages = cycle(path.strip("/") for path in PAGES.values())
    async with AsyncExitStack() as stack:
        sessions = []
        for moment, n in {
            "few": min(FEW_SESSIONS, options.sessions),
            "all": options.sessions,
        }.items():
            new = [
                await stack.enter_async_context(reader(url, next(pages), query))
                for _ in range(n - len(sessions))
            ]
            for session in new:
                await opened.add(session.open())
                for _ in range(CLICKS_BEFORE_IDLE):
                    await clicked.add(click(session))
            sessions += new
            await server.note(moment)
        cpu, began = server.cpu_seconds(), time.monotonic()
        until = began + 60 * options.minutes
        await asyncio.gather(*(walk(each, loaded, options.think, until) for each in sessions))
        cpu = (server.cpu_seconds() - cpu) / (time.monotonic() - began)
        await server.note("loaded")
    await asyncio.sleep(FORGOTTEN_AFTER_S)
    # Streamlit lets a session go when it next looks at its sessions: when somebody comes.
    async with reader(url) as session:
        await session.open()
    await server.note("closed")
    n_further = options.sessions - FEW_SESSIONS
    return {
        "sessions": options.sessions,
        "think_s": options.think,
        "dataset": options.dataset,
        "reruns": loaded.summary(),
        "openings": opened.summary(),
        "errors": dict(opened.errors + clicked.errors + loaded.errors),
        "rss_mb": server.rss_mb,
        "mb_a_session": round((server.rss_mb["all"] - server.rss_mb["few"]) / n_further, 2)
        if n_further > 0
        else None,
        "threads": server.threads,
        "cpu_ratio": round(cpu, 2),
    }


def as_table(result: dict) -> str:
    """The figures for a reader, with the limit that each has."""
    reruns, openings = result["reruns"], result["openings"]
    limit = LIMITS_P95_MS.get(result["sessions"])
    rows = [
        f"{result['sessions']} sessions, {result['think_s']:g} s to think, {result['dataset']}",
        f"reruns    {reruns['n']:>6}   p50 {reruns['p50_ms']} ms, p95 {reruns['p95_ms']} ms"
        + (f" (limit {limit})" if limit else "")
        + f", max {reruns['max_ms']} ms",
        f"openings  {openings['n']:>6}   p50 {openings['p50_ms']} ms, p95 {openings['p95_ms']} ms",
        f"errors    {sum(result['errors'].values()):>6}   {result['errors'] or ''}",
        "memory    " + ", ".join(f"{moment} {mb:g} MB" for moment, mb in result["rss_mb"].items()),
        f"          {result['mb_a_session']} MB a further session (limit {LIMIT_MB_A_SESSION:g})",
        "threads   " + ", ".join(f"{moment} {n}" for moment, n in result["threads"].items()),
        f"CPU       {result['cpu_ratio']} s of the server a second",
    ]
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=50)
    parser.add_argument("--think", type=float, default=10, help="mean seconds between clicks")
    parser.add_argument("--minutes", type=float, default=2, help="of load")
    parser.add_argument("--dataset", default=DEFAULT_DATASET, help=f"{', '.join(DATASETS)}, …")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with serving(APP) as (url, pid):
        result = asyncio.run(measure(url, pid, options))
    print(json.dumps(result) if options.json else as_table(result))


if __name__ == "__main__":
    main()
