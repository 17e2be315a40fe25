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
