"""An import is whole or did not happen, also if it is killed or the disk is full."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lib.errors import RegistryError, SourceError
from lib.registry.importer.options import Options
from lib.registry.importer.reading import Reading
from lib.registry.importer.stages import read_here
from lib.registry.importer.writing import write
from lib.registry.store import read_registry
from tests.registry.clinic import PATIENTS, read_csvs_of, replaced, sheets, write_csvs

ROOT = Path(__file__).parents[2]
# Imports the same data again and again, each time with another name, until it is killed.
AGAIN_AND_AGAIN = """
import sys
from itertools import count
from pathlib import Path
from lib.registry.importer.options import Options
from lib.registry.importer.stages import read_here
from lib.registry.importer.writing import write
reading = read_here([Path(sys.argv[1])], Options())
for number in count():
    write(reading, Path(sys.argv[2]), f"import {number}")
    print(number, flush=True)
"""


def reading_of(tmp_path: Path, **options: object) -> Reading:
    return read_csvs_of(tmp_path, sheets(), **options)


def test_what_is_written_is_recorded_data(tmp_path: Path):
    manifest = write(reading_of(tmp_path), tmp_path / "registry", "Our clinic")
    assert (manifest.name, manifest.nature, manifest.imputations) == ("Our clinic", "recorded", 0)
    _, tables = read_registry(tmp_path / "registry")
    assert tables["patients"]["patient_id"].to_pylist() == ["007", "008"]
    assert set(tables["cycles"]["imputation"].to_pylist()) == {0}
    assert tables["provenance"].num_rows == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clinic", "registry"]


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
    source, target = write_csvs(tmp_path / "clinic", sheets()), tmp_path / "registry"
    write(read_here([source], Options()), target, "before")
    chance = random.Random(1)
    for _ in range(3):
        importing = subprocess.Popen(
            [sys.executable, "-c", AGAIN_AND_AGAIN, str(source), str(target)],
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        importing.stdout.readline()
        for _ in range(30):
            time.sleep(chance.uniform(0, 0.03))
            os.kill(importing.pid, signal.SIGSTOP)
            manifest, tables = read_registry(target)
            assert manifest.name.startswith("import") and tables["cycles"].num_rows == 3
            os.kill(importing.pid, signal.SIGCONT)
        time.sleep(chance.uniform(0, 0.03))
        importing.kill()
        importing.communicate()
        _, tables = read_registry(target)
        assert tables["cycles"].num_rows == 3


def test_on_a_full_disk_the_old_registry_stays(tmp_path: Path):
    """A bound on the size of files stands for the disk: writing fails with the system's error."""
    source, target = write_csvs(tmp_path / "clinic", sheets()), tmp_path / "registry"
    write(read_here([source], Options()), target, "before")
    before = {path.name: path.read_bytes() for path in target.iterdir()}
    script = (
        "import resource, signal\n"
        "from lib.errors import UserFacingError\n"
        f"{AGAIN_AND_AGAIN.split('for number')[0]}"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))\n"
        "try:\n"
        "    write(reading, Path(sys.argv[2]), 'after')\n"
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
