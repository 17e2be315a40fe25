"""Folders that one process at a time has for itself; the system frees those of a killed one."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SECONDS_BETWEEN_TRIES = 0.05


@contextmanager
def locked(folder: Path, seconds: float = 0) -> Iterator[bool | None]:
    """Whether a folder is this process' own, after some seconds of waiting at most.

    None where folders can't be locked: on Windows, on some network drives.
    """
    descriptor = os.open(folder, os.O_RDONLY) if os.name == "posix" else None
    try:
        yield None if descriptor is None else _lock(descriptor, seconds)
    finally:
        if descriptor is not None:
            os.close(descriptor)


def share(folder: Path) -> int | None:
    """Hold a folder, as others may too, so that nobody has it for themselves.

    Returns
    -------
    int or None
        What to close with ``os.close`` in the end; None where folders can't be locked.

    Raises
    ------
    BlockingIOError
        If a process has the folder for itself.
    """
    if os.name != "posix":
        return None
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError):
            raise
        return None
    return descriptor


def _lock(descriptor: int, seconds: float) -> bool | None:
    import fcntl

    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(SECONDS_BETWEEN_TRIES)
        except OSError:
            return None
        else:
            return True
