"""What is killed leaves the old file or the new one, whole; a server is there again at once.

Imports that are killed: tests/registry/test_killed_imports.py.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from lib.whole_file import MAX_SECONDS_TO_WRITE, UNFINISHED, write_whole
from tests.browser.harness import ROOT, free_port, serving
from tests.reader import in_a_loop, reader

# As large as no packet is: a moment that can be met.
N_BYTES = 30_000_000
WRITE = (
    "import sys; from pathlib import Path; from lib.whole_file import write_whole; "
    f"write_whole(Path(sys.argv[1]), sys.argv[2].encode() * {N_BYTES})"
)
N_KILLS = 100
N_RESTARTS = 5
MOST_SECONDS_TO_RESTART = 10


def unfinished(out: Path) -> list[Path]:
    return list(out.parent.glob(f"{UNFINISHED}*"))


def started(command: list[str]) -> subprocess.Popen:
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill_while_writing(out: Path, letter: str, chance: random.Random) -> bool:
    """Kill a process while it writes a large file of one letter; whether it was writing."""
    for each in unfinished(out):
        each.unlink()
    process = started([sys.executable, "-c", WRITE, str(out), letter])
    while process.poll() is None and not unfinished(out):
        time.sleep(0.0005)
    time.sleep(chance.uniform(0, 0.05))
    process.kill()
    process.wait()
    return bool(unfinished(out))


def is_whole(out: Path) -> bool:
    content = out.read_bytes()
    return len(content) == N_BYTES and content == content[:1] * N_BYTES


def test_a_packet_that_is_killed_while_it_is_written_is_the_old_or_the_new_one(tmp_path: Path):
    out = tmp_path / "packet.html"
    write_whole(out, b"a" * N_BYTES)
    chance = random.Random(3)
    met = [kill_while_writing(out, letter, chance) for letter in "bcd"]
    assert any(met)
    assert is_whole(out)
    # What was left goes when it is old enough that nobody writes it any more.
    [left, *_] = unfinished(out) or [tmp_path / f"{UNFINISHED}x"]
    left.touch()
    write_whole(out, b"new")
    assert left.exists()
    long_ago = time.time() - MAX_SECONDS_TO_WRITE - 1
    os.utime(left, (long_ago, long_ago))
    write_whole(out, b"newer")
    assert sorted(tmp_path.iterdir()) == [out] and out.read_bytes() == b"newer"


@pytest.mark.long
def test_packets_killed_at_100_random_moments_are_the_old_or_the_new_one(tmp_path: Path):
    """Half of them anywhere in the command, half while a large file is written."""
    chance = random.Random(4)
    came_of_it: Counter[str] = Counter()
    out = tmp_path / "packet.html"
    command = [sys.executable, "-m", "lib.report", "--sections", "overview", "--out", str(out)]
    began = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    whole_s = time.monotonic() - began
    verify = [*command[:3], "--verify", str(out)]
    for number in range(N_KILLS // 2):
        before = out.stat().st_mtime_ns
        process = started(command)
        # Most of its time it computes: the last tenth is where it writes.
        time.sleep(whole_s * chance.uniform(0 if number % 2 else 0.9, 1.1))
        process.kill()
        process.wait()
        came_of_it["new" if out.stat().st_mtime_ns != before else "old"] += 1
        if number % 10 == 0:
            subprocess.run(verify, cwd=ROOT, check=True, capture_output=True)
        assert out.read_bytes().rstrip().endswith(b"</html>")
    large = tmp_path / "large.html"
    write_whole(large, b"a" * N_BYTES)
    for number in range(N_KILLS // 2):
        letter = "bc"[number % 2]
        came_of_it["while it was written"] += kill_while_writing(large, letter, chance)
        assert is_whole(large)
        came_of_it["new" if large.read_bytes()[:1] == letter.encode() else "old"] += 1
    print(f"\n{N_KILLS} packets killed: {dict(came_of_it)}, all of them whole")
    assert came_of_it["while it was written"] and came_of_it["new"] and came_of_it["old"]


@pytest.mark.long
def test_a_killed_server_serves_again_within_ten_seconds():
    port = free_port()

    async def draw(url: str) -> None:
        async with reader(url, "timelines", "diagnosis=dermatomyositis") as session:
            assert not (await session.open()).problems and session.shown

    seconds = []
    for _ in range(N_RESTARTS + 1):
        began = time.monotonic()
        with serving("app.py", port) as (url, pid):
            in_a_loop(draw(url))
            seconds.append(time.monotonic() - began)
            os.kill(pid, signal.SIGKILL)
    print(
        f"\n{N_RESTARTS} servers killed and started again on the same port: a page is drawn after "
        f"{min(seconds[1:]):.1f} to {max(seconds[1:]):.1f} s"
    )
    assert max(seconds[1:]) <= MOST_SECONDS_TO_RESTART
