"""Read files in a process of its own, with bounds on memory and time: a bad file harms no one."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from lib.bounds import OUT_OF_MEMORY, REFUSED, start, stopped_after
from lib.errors import SourceError
from lib.registry.importer.handover import Job, job_as_text, take_up
from lib.registry.importer.limits import MB
from lib.registry.importer.options import Existing, Options
from lib.registry.importer.reading import Reading
from lib.registry.importer.working import working_folder
from lib.turns import Turns

CHILD = "lib.registry.importer.child"
# Of the processor: whoever else is busy on the machine takes nothing away from it.
CPU_SECONDS = 10
# A workbook is read at some 2 MB of its XML a second on a slow machine, CSV faster.
CPU_SECONDS_PER_MB = 1
# By the clock, if the processor is shared, or the process waits for something.
CLOCK_PER_CPU = 4
# Processes that read at the same time, whoever asks; the others wait for their turn. Each may take
# 2 GB of addresses (`lib.bounds`).
READ_AT_ONCE = 2
_turns = Turns(READ_AT_ONCE)
OUT_OF_TIME = (24, 9)  # SIGXCPU, and SIGKILL a second later
logger = logging.getLogger(__name__)


def read(
    sources: Sequence[Path],
    options: Options | None = None,
    existing: Existing | None = None,
    *,
    waiting: Callable[[int], None] = lambda _: None,
) -> Reading:
    """Read a user's files: how they are understood, what is open, what is wrong, and the rows.

    Parameters
    ----------
    sources
        Workbooks, CSV or Parquet files, folders or ZIP files of them.
    existing
        A registry to join them with; the rules hold the rows of both against each other.
    waiting
        Told how many reads have to end before, while there are any; what it raises gives up.

    Raises
    ------
    SourceError
        If they can't be read as sheets of data, or not within the bounds, or the registry can't
        be joined with them.
    """
    paths = [Path(source).resolve() for source in sources]
    if existing:
        existing = replace(existing, folder=existing.folder.resolve())
    cpu_seconds = _cpu_seconds([*paths, existing.folder] if existing else paths)
    with working_folder() as folder:
        _read(Job(paths, options or Options(), existing, folder, cpu_seconds), waiting)
        return take_up(folder)


def _read(job: Job, waiting: Callable[[int], None]) -> None:
    """Let a process of its own do a job, when it is its turn (see `lib.turns`).

    Raises
    ------
    SourceError
        If it refused to, or was stopped.
    """
    # What it unpacks is gone with that folder, also if it is killed.
    with (
        _turns.taken(waiting),
        start(CHILD, TMPDIR=str(job.out)) as child,
        stopped_after(child, job.cpu_seconds * CLOCK_PER_CPU) as is_late,
    ):
        _, told = child.communicate(job_as_text(job).encode())
    if is_late.is_set():
        raise SourceError(
            f"Reading the files was stopped after {job.cpu_seconds * CLOCK_PER_CPU} seconds: most "
            "likely this server is busy. Try again in a few minutes."
        )
    if -child.returncode in OUT_OF_TIME:
        raise SourceError(
            f"Reading the files took longer than {job.cpu_seconds} seconds and was stopped. "
            "Save the sheets as a new file, without formulas and unused rows."
        )
    if child.returncode == REFUSED:
        raise SourceError(told.decode())
    if child.returncode == OUT_OF_MEMORY:
        raise SourceError(
            "Reading the files needs more memory than is allowed. "
            "Split them by centre, or save the sheets without unused rows and columns."
        )
    if child.returncode != 0:
        logger.error("Reading ended with %s: %s", child.returncode, told.decode().strip())
        raise SourceError(
            "This program failed while it read the files. That is a fault of the program, not of "
            "your files; nothing was imported, and nothing there already is changed. Please report "
            "it with the version at the foot of the page and what you chose last, but without "
            "patients' data. Until it is mended, saving the sheets as CSV files may help."
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
