"""An import is whole or did not happen, also if it is killed or the disk is full."""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from lib.errors import RegistryError, SourceError
from lib.registry.importer.handover import put_down
from lib.registry.importer.placing import clear_leftovers
from lib.registry.importer.reading import Reading
from lib.registry.importer.working import PREFIX, working_folder
from lib.registry.importer.writing import write
from lib.registry.store import read_registry
from tests.registry.clinic import PATIENTS, read_csvs_of, replaced, sheets

ROOT = Path(__file__).parents[2]
# Imports the same data again and again, each time with another name, until it is killed.
AGAIN_AND_AGAIN = """
import sys
from itertools import count
from pathlib import Path
from lib.registry.importer.handover import take_up
from lib.registry.importer.writing import write
reading = take_up(Path(sys.argv[1]))
for number in count():
    write(reading, Path(sys.argv[2]), f"import {number}", replaces_all=True)
    print(number, flush=True)
"""


def reading_of(tmp_path: Path, **options: object) -> Reading:
    return read_csvs_of(tmp_path, sheets(), **options)


def test_what_is_written_is_recorded_data(tmp_path: Path):
    written = write(reading_of(tmp_path), tmp_path / "registry", "Our clinic")
    manifest = written.manifest
    assert (manifest.name, manifest.nature, manifest.imputations) == ("Our clinic", "recorded", 0)
    _, tables = read_registry(tmp_path / "registry")
    assert tables["patients"]["patient_id"].to_pylist() == ["007", "008"]
    assert set(tables["cycles"]["imputation"].to_pylist()) == {0}
    assert tables["provenance"].num_rows == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clinic", "registry"]
    assert written.previous is None


def test_errors_and_open_questions_are_not_written(tmp_path: Path):
    reading = read_csvs_of(tmp_path, sheets(patients=replaced(PATIENTS, 2, 5, 300)))
    with pytest.raises(SourceError, match="1 errors"):
        write(reading, tmp_path / "registry", "Our clinic")
    assert not (tmp_path / "registry").exists()


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(RegistryError, match="is no registry"):
        write(reading_of(tmp_path), tmp_path / "photos", "Our clinic")
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["holiday.jpg"]


def test_killed_at_any_moment_the_registry_is_the_old_or_the_new_one(tmp_path: Path):
    target = tmp_path / "registry"
    reading = reading_of(tmp_path)
    write(reading, target, "before")
    put_down(reading, tmp_path / "clinic")
    chance = random.Random(1)
    for _ in range(8):
        importing = subprocess.Popen(
            [sys.executable, "-c", AGAIN_AND_AGAIN, str(tmp_path / "clinic"), str(target)],
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        importing.stdout.readline()
        for _ in range(10):
            time.sleep(chance.uniform(0, 0.03))
            os.kill(importing.pid, signal.SIGSTOP)
            manifest, tables = read_registry(target)
            assert manifest.name.startswith("import") and tables["cycles"].num_rows == 3
            # It is running: what it writes is nothing that was left behind.
            left = leftovers(target)
            clear_leftovers(target.parent)
            assert leftovers(target) == left
            os.kill(importing.pid, signal.SIGCONT)
        time.sleep(chance.uniform(0, 0.03))
        importing.kill()
        importing.communicate()
        _, tables = read_registry(target)
        assert tables["cycles"].num_rows == 3
    written = write(reading, target, "after", replaces_all=True)
    assert not leftovers(target)
    assert [written.previous] == copies_of(target)


def leftovers(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.glob(f".{target.name}.importing-*"))


def copies_of(target: Path) -> list[Path]:
    """What was there before, of which one is kept."""
    return list(target.parent.glob(f".{target.name}.*.previous"))


def test_what_killed_imports_left_is_cleared_and_nothing_else(tmp_path: Path):
    """When a server starts, and by the next import."""
    write(reading_of(tmp_path), tmp_path / "registry", "Our clinic")
    mine = [".registry.importing-abcdefgh", ".gone.importing-ab_defg1"]
    others = [".my-registry", ".Trash-1000", ".registry.importing-abc", ".x.importing-abcdefgh"]
    for name in (*mine, *others):
        shutil.copytree(tmp_path / "registry", tmp_path / name)
    (tmp_path / ".x.importing-abcdefgh" / "thesis.docx").write_bytes(b"x")
    (tmp_path / mine[1] / "cycles.parquet").unlink()
    before = {path.name for path in tmp_path.iterdir()}
    clear_leftovers(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == before - set(mine)
    shutil.copytree(tmp_path / "registry", tmp_path / mine[0])
    written = write(reading_of(tmp_path), tmp_path / "registry", "Clinic", replaces_all=True)
    left = before - set(mine) | {written.previous.name}
    assert {path.name for path in tmp_path.iterdir()} == left


def test_data_of_a_reading_that_was_killed_are_cleared(tmp_path: Path, monkeypatch):
    """Folders under the system's own for such: one of a killed process, one of a running one."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    of_killed = tmp_path / f"{PREFIX}killed"
    of_killed.mkdir()
    (of_killed / "patients.arrow").write_bytes(b"x")
    with working_folder() as running:
        for folder in (of_killed, running):
            os.utime(folder, (0, 0))
        with working_folder():
            assert running.is_dir() and not of_killed.exists()
    assert not list(tmp_path.iterdir())


# What a server does first, with another age for what is young, and without its first dataset.
START = """
import sys
from pathlib import Path
from lib import datasets
from lib.registry.importer import working
from lib.ui.start import load
working.MIN_AGE_S = float(sys.argv[1])
datasets.DATASETS["case_series"] = datasets.Dataset("case_series", "Series", Path("nowhere"))
load()
"""


def killed_while_reading(place: Path) -> Path:
    """Where the files of a killed reading lie."""
    script = (
        "import time\n"
        "from lib.registry.importer.working import working_folder\n"
        "with working_folder() as folder:\n"
        "    (folder / 'patients.csv').write_text('patients')\n"
        "    print(folder, flush=True)\n"
        "    time.sleep(600)\n"
    )
    reading = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(place)},
    )
    folder = Path(reading.stdout.readline().strip())
    reading.kill()
    reading.communicate()
    return folder


def test_a_server_that_starts_at_once_after_one_was_killed_clears_what_that_left(tmp_path: Path):
    """At first what is old enough, and a moment later the rest, also if no data can be loaded."""
    registries = tmp_path / "registries"
    (registries / ".clinic.importing-abcdefgh").mkdir(parents=True)
    left = killed_while_reading(tmp_path)
    assert left.is_dir()
    old = tmp_path / f"{PREFIX}old"
    old.mkdir()
    os.utime(old, (0, 0))
    starting = subprocess.Popen(
        [sys.executable, "-c", START, "8"],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(tmp_path), "REGISTRY_DIR": str(registries)},
        stderr=subprocess.PIPE,
        text=True,
    )
    while starting.poll() is None and old.exists():
        time.sleep(0.05)
    was_young = left.exists()
    _, said = starting.communicate()
    assert starting.returncode == 0 and "could not be loaded" in said
    assert was_young and not left.exists() and not old.exists()
    assert not list(registries.iterdir())


def test_on_a_full_disk_the_old_registry_stays(tmp_path: Path):
    """A bound on the size of files stands for the disk: writing fails with the system's error."""
    source, target = tmp_path / "clinic", tmp_path / "registry"
    write(reading_of(tmp_path), target, "before")
    put_down(reading_of(tmp_path), source)
    before = {path.name: path.read_bytes() for path in target.iterdir()}
    script = (
        "import resource, signal\n"
        "from lib.errors import UserFacingError\n"
        f"{AGAIN_AND_AGAIN.split('for number')[0]}"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))\n"
        "try:\n"
        "    write(reading, Path(sys.argv[2]), 'after', replaces_all=True)\n"
        "except UserFacingError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(source), str(target)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert "can't be written" in done.stdout and "make room" in done.stdout
    assert before == {path.name: path.read_bytes() for path in target.iterdir()}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clinic", "registry"]
