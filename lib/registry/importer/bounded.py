"""Read files in a process of its own, with bounds on memory and time: a bad file harms no one."""

import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile

from lib.errors import SourceError
from lib.registry.importer.child import NO_MEMORY, REFUSED
from lib.registry.importer.handover import Job, job_as_text, take_up
from lib.registry.importer.limits import MB
from lib.registry.importer.options import Options
from lib.registry.importer.reading import Reading

ROOT = Path(__file__).resolve().parents[3]
# Of the processor: whoever else is busy on the machine takes nothing away from it.
CPU_SECONDS = 10
# A workbook is read at some 2 MB of its XML a second on a slow machine, CSV faster.
CPU_SECONDS_PER_MB = 1
# By the clock, if the processor is shared, or the process waits for something.
CLOCK_PER_CPU = 4
OUT_OF_TIME = (24, 9)  # SIGXCPU, and SIGKILL a second later
logger = logging.getLogger(__name__)


def read(sources: Sequence[Path], options: Options | None = None) -> Reading:
    """Read a user's files: how they are understood, what is open, what is wrong, and the rows.

    Parameters
    ----------
    sources
        Workbooks, CSV or Parquet files, folders or ZIP files of them.

    Raises
    ------
    SourceError
        If they can't be read as sheets of data, or not within the bounds.
    """
    paths = [Path(source).resolve() for source in sources]
    seconds = _cpu_seconds(paths)
    with TemporaryDirectory() as folder:
        job = Job(paths, options or Options(), Path(folder), seconds)
        ended = _run(job_as_text(job), seconds * CLOCK_PER_CPU)
        _refuse(ended, seconds)
        return take_up(Path(folder))


def _run(job: str, seconds: float) -> subprocess.CompletedProcess | None:
    """The ended child, or None if it did not end in time."""
    # The pool of malloc gives memory back and reserves no gigabyte in advance.
    environment = {"ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONIOENCODING": "utf-8"}
    try:
        return subprocess.run(
            [sys.executable, "-m", "lib.registry.importer.child"],
            input=job,
            encoding="utf-8",
            capture_output=True,
            timeout=seconds,
            cwd=ROOT,
            env=os.environ | environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None


def _refuse(ended: subprocess.CompletedProcess | None, seconds: int) -> None:
    """Say why there is no result, if there is none."""
    if ended is None or -ended.returncode in OUT_OF_TIME:
        raise SourceError(
            f"Reading the files took longer than {seconds} seconds and was stopped. "
            "Save the sheets as a new file, without formulas and unused rows."
        )
    if ended.returncode == REFUSED:
        raise SourceError(ended.stdout)
    if ended.returncode == NO_MEMORY:
        raise SourceError(
            "Reading the files needs more memory than is allowed. "
            "Split them by centre, or save the sheets without unused rows and columns."
        )
    if ended.returncode != 0:
        logger.error("Reading ended with %s: %s", ended.returncode, ended.stderr.strip())
        raise SourceError(
            "The files can't be read: something in them stopped the reading. "
            "Save the sheets as a new workbook or as CSV files, and try again."
        )


def _cpu_seconds(paths: Sequence[Path]) -> int:
    return int(CPU_SECONDS + CPU_SECONDS_PER_MB * sum(map(_unpacked_mb, paths)))


def _unpacked_mb(path: Path) -> float:
    """The size of what is to be read, as far as a file states it itself."""
    if path.is_dir():
        return sum(map(_unpacked_mb, path.iterdir()))
    try:
        with ZipFile(path) as archive:
            return sum(info.file_size for info in archive.infolist()) / MB
    except (BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        return path.stat().st_size / MB if path.is_file() else 0
