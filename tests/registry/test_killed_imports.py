"""The command itself, killed at 100 random moments, and on 20 disks that are too small or not.

These take minutes (`make long-test`); tests/registry/test_writes.py has a short form.
"""

import contextlib
import random
import resource
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from lib.registry.store import read_registry
from tests.registry.clinic import Sheets, write_csvs
from tests.registry.test_refuses import limits_root

pytestmark = pytest.mark.long
N_KILLS, N_DISKS = 100, 20
PATIENTS_OF_A_CENTRE = 200
CYCLES_OF_A_PATIENT = 10
KB = 1024
Content = dict[str, bytes]


def centre(name: str, age: int) -> Sheets:
    """A centre whose patients are of an age: another age is another version of its data."""
    ids = [f"{name}{number:04}" for number in range(PATIENTS_OF_A_CENTRE)]
    return {
        "patients": [
            ["patient_id", "centre", "diagnosis", "sex", "age_at_first_ivig_years"],
            *([one, name, "dermatomyositis", "female", age] for one in ids),
        ],
        "cycles": [
            ["patient_id", "cycle_no", "day", "dose_g_per_kg"],
            *(
                [one, number + 1, 28 * number, 1 + age / 100]
                for one in ids
                for number in range(CYCLES_OF_A_PATIENT)
            ),
        ],
    }


def command(source: Path, target: Path, how: str) -> list[str]:
    options = ["--to", str(target), "--existing", how]
    return [sys.executable, "-m", "lib.registry.importer", str(source), *options]


def run(source: Path, target: Path, how: str, **options: object) -> subprocess.CompletedProcess:
    return subprocess.run(
        command(source, target, how),
        capture_output=True,
        text=True,
        cwd=limits_root(),
        check=False,
        **options,
    )


def content_of(folder: Path) -> Content:
    """The files, after every checksum and every row was verified."""
    read_registry(folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def leftovers(target: Path) -> list[Path]:
    return list(target.parent.glob(f".{target.name}.importing-*"))


def versions(tmp_path: Path) -> tuple[list[Path], list[Content]]:
    """Two states of a registry of two centres, and the files that lead from one to the other."""
    target = tmp_path / "versions"
    sources = [write_csvs(tmp_path / f"koeln {age}", centre("Köln", age)) for age in (50, 60)]
    bonn = write_csvs(tmp_path / "bonn", centre("Bonn", 70))
    assert run(bonn, target, "replace-all").returncode == 0
    states = []
    for source in sources:
        done = run(source, target, "replace-centres")
        assert done.returncode == 0, done.stderr
        states.append(content_of(target))
    assert states[0] != states[1]
    return sources, states


def test_killed_at_100_random_moments_the_registry_is_the_old_or_the_new_one(tmp_path: Path):
    """Half of them anywhere in an import, half while the registry is being written."""
    sources, states = versions(tmp_path)
    target = tmp_path / "registry"
    shutil.copytree(tmp_path / "versions", target)
    present = 1
    chance = random.Random(4)
    started = time.monotonic()
    assert run(sources[present], target, "replace-centres").returncode == 0
    whole_s = time.monotonic() - started
    came_of_it: Counter[str] = Counter()
    for number in range(N_KILLS):
        other = 1 - present
        importing = subprocess.Popen(
            command(sources[other], target, "replace-centres"),
            cwd=limits_root(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if number % 2:
            there = set(leftovers(target))
            while importing.poll() is None and set(leftovers(target)) <= there:
                pass
            time.sleep(chance.uniform(0, 0.1))
        else:
            time.sleep(chance.uniform(0, whole_s))
        ended = importing.poll() is not None
        importing.kill()
        importing.wait()
        found = content_of(target)
        assert found in states
        is_new = found == states[other]
        came_of_it["new" if is_new else "old"] += 1
        came_of_it["had ended"] += ended
        came_of_it["left a folder"] += bool(leftovers(target))
        present = other if is_new else present
    print(f"\n{N_KILLS} kills: {dict(came_of_it)}")
    assert run(sources[1 - present], target, "replace-centres").returncode == 0
    assert content_of(target) == states[1 - present] and not leftovers(target)
    assert came_of_it["old"] and came_of_it["new"] and came_of_it["left a folder"]


@contextlib.contextmanager
def disk(place: Path, n_kb: int) -> Iterator[bool]:
    """A disk of a size; False where none can be mounted."""
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={n_kb}k", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        mounted = False
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(place)], check=True)
        shutil.rmtree(place)


def limit_files(n_kb: int) -> None:
    n_bytes = n_kb * KB
    resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, n_bytes))


def test_on_20_full_disks_the_registry_is_the_old_or_the_new_one(tmp_path: Path):
    """Where no disk can be mounted, the size of single files is bounded instead."""
    sources, states = versions(tmp_path)
    pages_kb = sum(-(-len(content) // (4 * KB)) * 4 for content in states[1].values())
    chance = random.Random(5)
    came_of_it: Counter[str] = Counter()
    for number in range(N_DISKS):
        room_kb = chance.uniform(0, 1.3) * pages_kb
        with disk(tmp_path / f"disk {number}", int(pages_kb + room_kb)) as mounted:
            target = tmp_path / f"disk {number}" / "registry"
            shutil.copytree(tmp_path / "versions", target)
            bound = {} if mounted else {"preexec_fn": lambda n=int(room_kb): limit_files(n)}
            done = run(sources[0], target, "replace-centres", **bound)
            found = content_of(target)
            assert found == (states[0] if done.returncode == 0 else states[1])
            assert done.returncode == 0 or "make room" in done.stderr.lower()
            assert not leftovers(target)
            came_of_it["imported" if done.returncode == 0 else "refused"] += 1
            came_of_it["disks mounted"] += mounted
    print(f"\n{N_DISKS} disks: {dict(came_of_it)}")
    assert came_of_it["imported"] and came_of_it["refused"]
