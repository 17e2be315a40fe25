"""The program that prepares a large registry as a file; `lib.prepared.opening` starts it.

It reads a job from standard input, one line of JSON, and writes how far it is to standard output,
a line of JSON each time. Two of them may be asked for the same registry: one makes it, the other
waits and tells how far that one is.
"""

import errno
import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from hashlib import file_digest
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple, Self

import duckdb
import pyarrow.parquet as pq

from lib.bounds import exit_code, limit_this_process
from lib.errors import RegistryError
from lib.named_queries import read_query
from lib.preparation import (
    ATTACH_HELD,
    FIRST,
    LAST,
    LATER,
    LIMITS,
    OF_MANY,
    PREPARATION,
    add_schemas,
    prepare,
)
from lib.prepared.place import (
    BUILDING,
    DATABASE,
    FIRST_PART,
    About,
    held,
    is_undamaged,
    key_of,
    put_in_place,
    sweep,
    turn,
)
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

PROGRESS = "progress.json"
MAX_CPU_SECONDS = 4 * 3600
# Addresses beside those that the database may fill: of libraries, threads and one batch of rows.
MORE_ADDRESSES_MB = 6000
# Enough at once that a batch costs less than its rows, few enough that memory does not notice.
ROWS_AT_ONCE = 2**17
SECONDS_BETWEEN_LOOKS = 0.3
# Parts of the whole, by the time they take; the rest is what the queries prepare.
SHARE_READ, SHARE_TAKEN_UP = 0.4, 0.1
# What changes of a file when it is written to, or another takes its place.
STATE = ("st_dev", "st_ino", "st_size", "st_mtime_ns")
# So that DuckDB can be asked how far a query is; nothing goes to a screen.
KEEPS_PROGRESS = (
    "set enable_progress_bar = true",
    "set enable_progress_bar_print = false",
    "set progress_bar_time = 0",
)
WRITES_FAST = (
    # Trying these on every column of texts takes a tenth of the time of reading, and saves a tenth
    # of the room.
    "set disabled_compression_methods = 'fsst,zstd,dict_fsst'",
    # One checkpoint at the end: nobody goes on with a file that was left half written.
    "set checkpoint_threshold = '1TB'",
)
# Its bitmaps, one for each value of each field, are in no account of DuckDB's: of ten million
# patients 1.25 MB each, a thousand of them in each thread. So it gets a quarter of what others get.
UNACCOUNTED = "filter_values"
# A registry that is replaced while it is read is begun anew.
MOST_TRIES = 5


class Job(NamedTuple):
    """A registry to prepare, where publications are, and the folder of prepared registries.

    Without `LAST` unless the whole is asked for; that is made of the first part if it is there.
    """

    folder: Path
    publications: Path
    root: Path
    is_whole: bool

    @property
    def line(self) -> str:
        """As one line of text."""
        paths = (self.folder, self.publications, self.root)
        return json.dumps([*(str(path.absolute()) for path in paths), self.is_whole]) + "\n"

    @classmethod
    def read(cls, line: str) -> Self:
        """What `line` wrote."""
        *paths, is_whole = json.loads(line)
        return cls(*map(Path, paths), is_whole)

    def key(self, manifest: Manifest) -> str:
        """That of what is to be made."""
        return key_of(manifest, self.publications) + ("" if self.is_whole else FIRST_PART)


def main() -> None:
    """Prepare the registry of the job on standard input."""
    os.umask(0o077)
    # Whoever looks at another registry meanwhile comes first.
    if hasattr(os, "nice"):
        os.nice(5)
    limit_this_process(MAX_CPU_SECONDS, memory_mb() + MORE_ADDRESSES_MB)
    job = Job.read(sys.stdin.readline())
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
        key = job.key(parse_manifest(job.folder / MANIFEST))
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
            # Of a registry that is there as a whole nobody needs the first part.
            if (root / key).exists() or (root / key.removesuffix(FIRST_PART)).exists():
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
    is_begun = job.is_whole and _take_up(building, job, key, told)
    with _database(building) as connection:
        manifest = parse_manifest(job.folder / MANIFEST)
        if job.key(manifest) != key:
            return False
        if is_begun:
            _run(connection, LAST, _steps(connection, LAST, SHARE_TAKEN_UP, told))
        elif not _begin(connection, job, manifest, told):
            return False
    told(0.99, "closing the file")
    file = building / DATABASE
    with file.open("rb") as content:
        checksum = file_digest(content, "sha256").hexdigest()
    told.forget()
    about = About(str(job.folder), manifest.version, file.stat().st_size, checksum)
    put_in_place(job.root, building, key, about)
    return True


def _take_up(building: Path, job: Job, key: str, told: _Told) -> bool:
    """Copy the first part, if it is there and as it was made."""
    told(0, "taking up what is prepared already")
    about, descriptor = held(job.root, key + FIRST_PART)
    copy = building / DATABASE
    try:
        if about is None:
            return False
        shutil.copyfile(job.root / (key + FIRST_PART) / DATABASE, copy)
        # Of the copy, as that is what is gone on with.
        if is_undamaged(copy, about):
            return True
        copy.unlink()
        return False
    except FileNotFoundError:
        return False
    finally:
        if descriptor is not None:
            os.close(descriptor)


@contextmanager
def _database(building: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    # What does not fit is laid down beside the file, where nobody else can read it either.
    config = {
        "memory_limit": f"{memory_mb()}MB",
        "threads": n_threads(),
        "temp_directory": str(building / "overflow"),
    }
    with duckdb.connect(str(building / DATABASE), config=LIMITS | config) as connection:
        for statement in (*KEEPS_PROGRESS, *WRITES_FAST, ATTACH_HELD):
            connection.execute(statement)
        yield connection


def _begin(
    connection: duckdb.DuckDBPyConnection, job: Job, manifest: Manifest, told: _Told
) -> bool:
    """Check, read and prepare a registry; False if it was replaced meanwhile."""
    told(0, "verifying the checksums")
    verified, states = verified_files(job.folder)
    if verified != manifest:
        return False
    add_schemas(connection)
    checks = _read_and_check(connection, job.folder, told)
    # What was read are the files that were verified, if none of them was touched meanwhile.
    if any(_is_touched(_path(job.folder, name), state) for name, state in states.items()):
        return False
    refuse_broken(checks)
    after = (*OF_MANY, *(LATER if job.is_whole else FIRST))
    step = _steps(connection, (*PREPARATION, *after), SHARE_READ, told)
    prepare(connection, manifest, job.publications, step)
    _run(connection, after, step)
    return True


def _read_and_check(
    connection: duckdb.DuckDBPyConnection, folder: Path, told: _Told
) -> list[TableCheck]:
    """Read all tables; one core holds the rules against the rows while the others compress them."""
    with ThreadPoolExecutor(1) as checker:
        checking = checker.submit(_checked, connection, folder)
        try:
            _read(connection, folder, told)
            told(SHARE_READ, "checking the rows")
        finally:
            # Says it better than DuckDB, if a file can't be read.
            checks = checking.result()
    return checks


def _path(folder: Path, table: str) -> Path:
    return folder / f"{table}.parquet"


def _is_touched(path: Path, before: os.stat_result) -> bool:
    now = path.stat()
    return any(getattr(now, each) != getattr(before, each) for each in STATE)


def _shares(folder: Path, ends: float) -> dict[str, tuple[float, float]]:
    """By table, between which shares of the whole it is its turn, by the rows that it has."""
    n_rows = {name: pq.read_metadata(_path(folder, name)).num_rows for name in TABLES}
    per_row = ends / max(1, sum(n_rows.values()))
    upto = list(accumulate((n * per_row for n in n_rows.values()), initial=0))
    return dict(zip(n_rows, pairwise(upto), strict=True))


def _checked(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[TableCheck]:
    """The rules of every table, held against its rows; nothing is refused yet."""
    reference, checks = read_reference(), []
    for name, table in TABLES.items():
        schema, _, rows = batches(_path(folder, name), ROWS_AT_ONCE)
        check = TableCheck(table, schema, reference, partial(_n_keys, connection, name))
        for batch in rows:
            check.add(batch)
        checks.append(check)
    return checks


def _n_keys(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    keys = connection.table(f"registry.{name}").project(", ".join(TABLES[name].key)).distinct()
    return keys.aggregate("count(*)").fetchone()[0]


def _read(connection: duckdb.DuckDBPyConnection, folder: Path, told: _Told) -> None:
    for name, share in _shares(folder, SHARE_READ).items():
        path = _path(folder, name)
        with told.meanwhile(connection, *share, f"reading {_in_words(name)}"):
            try:
                connection.read_parquet(str(path)).create(f"registry.{name}")
            except duckdb.InvalidInputException as error:
                raise not_parquet(path) from error


def _steps(
    connection: duckdb.DuckDBPyConnection, names: Sequence[str], begins: float, told: _Told
) -> Callable[[str], AbstractContextManager]:
    """What tells how far each of the queries is that prepare a registry, by its name."""
    width = (1 - begins) / len(names)

    def step(name: str) -> AbstractContextManager:
        share = begins + width * names.index(name)
        doing = f"preparing {_in_words(name)}"
        limit = memory_mb() // 4 if name == UNACCOUNTED else memory_mb()
        connection.execute("set memory_limit = ?", [f"{limit}MB"])
        return told.meanwhile(connection, share, share + width, doing)

    return step


def _run(
    connection: duckdb.DuckDBPyConnection,
    names: Iterable[str],
    step: Callable[[str], AbstractContextManager],
) -> None:
    for name in names:
        with step(name):
            connection.execute(read_query(f"registry/{name}"))


def _in_words(name: str) -> str:
    return name.replace("_", " ")


if __name__ == "__main__":
    sys.exit(exit_code(main))
