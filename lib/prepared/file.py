"""The file of a prepared registry, opened to be read and for nothing else."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import duckdb

from lib.preparation import ATTACH_HELD, HOLD_INDEX, LIMITS, lock_down
from lib.prepared.place import OPEN, turn
from lib.prepared.size import n_threads


def connect(file: Path, memory_mb: int) -> duckdb.DuckDBPyConnection:
    """Open a prepared registry to be read, and shut all doors.

    Raises
    ------
    OSError
        If it is not there any more.
    duckdb.Error
        If it is no database.
    """
    config = LIMITS | {"memory_limit": f"{memory_mb}MB", "threads": n_threads()}
    with _passing_name(file) as name:
        connection = duckdb.connect(str(name), read_only=True, config=config)
        connection.execute(ATTACH_HELD)
        lock_down(connection)
    try:
        connection.execute(HOLD_INDEX)
    except duckdb.Error:
        connection.close()
        raise
    return connection


@contextmanager
def _passing_name(file: Path) -> Iterator[Path]:
    """Another name of a file, which is gone afterwards.

    DuckDB lets statements write to the very file that it has open, by the name that it was opened
    by, even if it is opened to be read: after this there is no such name.
    """
    root = file.parents[1]
    with turn(root):
        folder = Path(mkdtemp(prefix=OPEN, dir=root))
        try:
            os.link(file, folder / file.name)
            yield folder / file.name
        finally:
            shutil.rmtree(folder, ignore_errors=True)
