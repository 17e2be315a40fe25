"""The program that prepares a large registry as a file; `lib.prepared.opening` starts it.

It reads a job from standard input, one line of JSON, and writes how far it is to standard output,
a line of JSON each time. Two of them may be asked for the same registry: one makes it, the other
waits and tells how far that one is.
"""

import errno
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from hashlib import file_digest
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow.parquet as pq

from lib.bounds import exit_code, limit_this_process
from lib.errors import RegistryError
from lib.prepared.place import BUILDING, DATABASE, About, key_of, put_in_place, sweep, turn
from lib.prepared.progress import Progress, read_progress
from lib.prepared.size import memory_mb, n_threads
from lib.registry.checks import TableCheck, refuse_broken
from lib.registry.importer.locks import locked
from lib.registry.reference import read_reference
from lib.registry.schema import TABLES
from lib.registry.store import (
    MANIFEST,
    Manifest,
    batches,
    not_parquet,
    parse_manifest,
    verified_files,
)
from lib.warehouse import LATER, LIMITS, PREPARATION, add_schemas, prepare, read_query

PROGRESS = "progress.json"
MAX_CPU_SECONDS = 4 * 3600
# Addresses beside those that the database may fill: of libraries, threads and one batch of rows.
MORE_ADDRESSES_MB = 4000
# Enough at once that a batch costs less than its rows, few enough that memory does not notice.
ROWS_AT_ONCE = 2**17
SECONDS_BETWEEN_LOOKS = 0.3
# Parts of the whole, by the time they take; the rest is what the queries prepare.
SHARE_CHECKED, SHARE_READ = 0.1, 0.3
# What changes of a file when it is written to, or another takes its place.
STATE = ("st_dev", "st_ino", "st_size", "st_mtime_ns")
# So that DuckDB can be asked how far a query is; nothing goes to a screen.
KEEPS_PROGRESS = (
    "set enable_progress_bar = true",
    "set enable_progress_bar_print = false",
    "set progress_bar_time = 0",
)
# A registry that is replaced while it is read is begun anew.
MOST_TRIES = 5


class Job(NamedTuple):
    """A registry to prepare, where publications are, and the folder of prepared registries."""

    folder: Path
    publications: Path
    root: Path

    @property
    def line(self) -> str:
        """As one line of text."""
        return json.dumps([str(path.absolute()) for path in self]) + "\n"


def main() -> None:
    """Prepare the registry of the job on standard input."""
    os.umask(0o077)
    # Whoever looks at another registry meanwhile comes first.
    if hasattr(os, "nice"):
        os.nice(5)
    limit_this_process(MAX_CPU_SECONDS, memory_mb() + MORE_ADDRESSES_MB)
    job = Job(*map(Path, json.loads(sys.stdin.readline())))
    try:
        build(job, _tell)
    except duckdb.OutOfMemoryException as error:
        raise MemoryError from error
    except (OSError, duckdb.IOException) as error:
        if getattr(error, "errno", None) != errno.ENOSPC and "No space left" not in str(error):
            raise
        raise RegistryError(
            f"There is no room left in {job.root}, where a registry of this size is prepared. "
            "Make room there, or have the operator choose another folder (REGISTRY_CACHE)."
        ) from error


def _tell(progress: Progress) -> None:
    sys.stdout.write(progress.line)
    sys.stdout.flush()


def build(job: Job, tell: Callable[[Progress], None]) -> None:
    """Prepare a registry, or wait for another process that does.

    Parameters
    ----------
    tell
        Told how far it is, many times.

    Raises
    ------
    RegistryError
        If the folder holds no registry, a file is missing or damaged, a table does not fit the
        schema, or the registry is replaced again and again.
    """
    for _ in range(MOST_TRIES):
        key = key_of(parse_manifest(job.folder / MANIFEST), job.publications)
        with ExitStack() as stack:
            building = _place_to_build(job.root, key, stack, tell)
            if building is None or _build_in(building, job, key, tell):
                return
    raise RegistryError(
        f"The registry in {job.folder} is replaced again and again while it is read. "
        "Try again when that has ended."
    )


def _place_to_build(
    root: Path, key: str, stack: ExitStack, tell: Callable[[Progress], None]
) -> Path | None:
    """An empty folder that is this process' own; None once another one has made the registry."""
    building = root / (BUILDING + key)
    while True:
        with turn(root):
            sweep(root)
            if (root / key).exists():
                return None
            if not building.exists():
                building.mkdir(mode=0o700)
                stack.enter_context(locked(building))
                return building
        with suppress(OSError):
            progress = read_progress((building / PROGRESS).read_text(encoding="utf-8"))
            if progress:
                tell(progress)
        time.sleep(SECONDS_BETWEEN_LOOKS)


class _Told:
    """Tells the process that asked, and those that wait, how far the preparation is."""

    def __init__(self, building: Path, tell: Callable[[Progress], None]) -> None:
        self._file, self._tell = building / PROGRESS, tell

    def __call__(self, share: float, doing: str) -> None:
        progress = Progress(share, doing)
        self._file.write_text(progress.line, encoding="utf-8")
        self._tell(progress)

    @contextmanager
    def meanwhile(
        self, connection: duckdb.DuckDBPyConnection, begins: float, ends: float, doing: str
    ) -> Iterator[None]:
        """Tell again and again how far the query is that runs."""
        self(begins, doing)
        has_ended = threading.Event()

        def go_on() -> None:
            # Whoever asked may be gone: the main thread notices at its next step.
            with suppress(OSError):
                while not has_ended.wait(SECONDS_BETWEEN_LOOKS):
                    percent = min(100, max(0, connection.query_progress()))
                    self(begins + (ends - begins) * percent / 100, doing)

        teller = threading.Thread(target=go_on, daemon=True)
        teller.start()
        try:
            yield
        finally:
            has_ended.set()
            teller.join()

    def forget(self) -> None:
        """Delete what was told to those who wait."""
        self._file.unlink()


def _build_in(building: Path, job: Job, key: str, tell: Callable[[Progress], None]) -> bool:
    """Build and put in place; False if the registry was replaced meanwhile."""
    told = _Told(building, tell)
    told(0, "verifying the checksums")
    manifest, states = verified_files(job.folder)
    if key_of(manifest, job.publications) != key:
        return False
    file = building / DATABASE
    # What does not fit is laid down beside the file, where nobody else can read it either.
    overflow = str(building / "overflow")
    config = {
        "memory_limit": f"{memory_mb()}MB",
        "threads": n_threads(),
        "temp_directory": overflow,
    }
    with duckdb.connect(str(file), config=LIMITS | config) as connection:
        for statement in KEEPS_PROGRESS:
            connection.execute(statement)
        add_schemas(connection)
        checks = list(_checked(connection, job.folder, told))
        _read(connection, job.folder, told)
        # What was read are the files that were verified, if none of them was touched meanwhile.
        if any(_is_touched(_path(job.folder, name), state) for name, state in states.items()):
            return False
        told(SHARE_READ, "looking for the same row twice")
        refuse_broken(checks)
        _prepare(connection, manifest, job.publications, told)
    told(0.99, "closing the file")
    with file.open("rb") as content:
        checksum = file_digest(content, "sha256").hexdigest()
    told.forget()
    about = About(str(job.folder), manifest.version, file.stat().st_size, checksum)
    put_in_place(job.root, building, key, about)
    return True


def _path(folder: Path, table: str) -> Path:
    return folder / f"{table}.parquet"


def _is_touched(path: Path, before: os.stat_result) -> bool:
    now = path.stat()
    return any(getattr(now, each) != getattr(before, each) for each in STATE)


def _shares(folder: Path, begins: float, ends: float) -> dict[str, tuple[float, float]]:
    """By table, between which shares of the whole it is its turn, by the rows that it has."""
    n_rows = {name: pq.read_metadata(_path(folder, name)).num_rows for name in TABLES}
    per_row = (ends - begins) / max(1, sum(n_rows.values()))
    upto = list(accumulate((n * per_row for n in n_rows.values()), initial=begins))
    return dict(zip(n_rows, pairwise(upto), strict=True))


def _checked(
    connection: duckdb.DuckDBPyConnection, folder: Path, told: _Told
) -> Iterator[TableCheck]:
    """The rules of every table, held against its rows; nothing is refused yet."""
    reference = read_reference()
    shares = _shares(folder, 0, SHARE_CHECKED)
    for name, table in TABLES.items():
        share, end = shares[name]
        schema, n_all, rows = batches(_path(folder, name), ROWS_AT_ONCE)
        check = TableCheck(table, schema, reference, partial(_n_keys, connection, name))
        for batch in rows:
            told(share, f"checking {_in_words(name)}")
            check.add(batch)
            share += (end - shares[name][0]) * batch.num_rows / n_all
        yield check


def _n_keys(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    keys = connection.table(f"registry.{name}").project(", ".join(TABLES[name].key)).distinct()
    return keys.aggregate("count(*)").fetchone()[0]


def _read(connection: duckdb.DuckDBPyConnection, folder: Path, told: _Told) -> None:
    for name, share in _shares(folder, SHARE_CHECKED, SHARE_READ).items():
        path = _path(folder, name)
        with told.meanwhile(connection, *share, f"reading {_in_words(name)}"):
            try:
                connection.read_parquet(str(path)).create(f"registry.{name}")
            except duckdb.InvalidInputException as error:
                raise not_parquet(path) from error


def _prepare(
    connection: duckdb.DuckDBPyConnection, manifest: Manifest, publications: Path, told: _Told
) -> None:
    """Run all the queries that prepare a registry, those that others wait with, too."""
    steps = (*PREPARATION, *LATER)
    width = (1 - SHARE_READ) / len(steps)

    def step(name: str) -> AbstractContextManager:
        begins = SHARE_READ + width * steps.index(name)
        doing = f"preparing {_in_words(name)}"
        return told.meanwhile(connection, begins, begins + width, doing)

    prepare(connection, manifest, publications, step)
    for name in LATER:
        with step(name):
            connection.execute(read_query(f"registry/{name}"))


def _in_words(name: str) -> str:
    return name.replace("_", " ")


if __name__ == "__main__":
    sys.exit(exit_code(main))
