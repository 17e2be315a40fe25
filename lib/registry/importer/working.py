"""Folders in which patients' data lie while they are read, and nowhere afterwards.

A process that is killed can't delete its folder: the next one does, and the server when it starts.
"""

import errno
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from lib.errors import SourceError
from lib.registry.importer.locks import locked

PREFIX = "ivig-import-"
# One that was made just now may not be locked yet.
MIN_AGE_S = 60
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def working_folder() -> Iterator[Path]:
    """An empty folder, gone in the end; those of processes that were killed go now.

    Raises
    ------
    SourceError
        If what is done with it meets a full disk.
    """
    clear_working_folders()
    with (
        in_need_of_room(),
        TemporaryDirectory(prefix=PREFIX) as folder,
        locked(Path(folder)),
    ):
        yield Path(folder)


@contextmanager
def in_need_of_room() -> Iterator[None]:
    """Say in words that a disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise SourceError(
            f"There is no room left in {gettempdir()}, where files lie while they are read. "
            "Nothing was imported and nothing is changed. Make room there and try again."
        ) from error


def clear_working_folders() -> None:
    """Delete the folders of processes that are no more."""
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        # Another process may delete the same one, or it may be another user's.
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > MIN_AGE_S and not folder.is_symlink():
                _clear(folder)


def _clear(folder: Path) -> None:
    with locked(folder) as is_ours:
        if is_ours:
            shutil.rmtree(folder)
