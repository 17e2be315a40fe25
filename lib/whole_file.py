"""Write a file whole, or leave what was there: also if the process is killed or the disk full."""

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from lib.errors import UserFacingError

# How files begin that are being written, and how long nobody takes to write one.
UNFINISHED = ".ivig-unfinished-"
MAX_SECONDS_TO_WRITE = 3600

# Asked for once, while nothing is written: to ask is to change it for a moment.
_MASK = os.umask(0)
os.umask(_MASK)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, or leave what was there; what a killed process had begun there long ago goes.

    Raises
    ------
    UserFacingError
        If it can't be written, as on a full disk; nothing is left half-written.
    """
    _clear_leftovers(path.parent)
    unfinished = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=UNFINISHED, delete=False) as file:
            unfinished = Path(file.name)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(_mode(path))
        unfinished.replace(path)
    except OSError as error:
        if unfinished is not None:
            with suppress(OSError):
                unfinished.unlink()
        raise UserFacingError(
            f"{path} can't be written: {error.strerror}. What was there is as it was."
        ) from None


def _clear_leftovers(folder: Path) -> None:
    for each in folder.glob(f"{UNFINISHED}*"):
        # It may be another user's, or gone meanwhile.
        with suppress(OSError):
            if time.time() - each.stat().st_mtime > MAX_SECONDS_TO_WRITE:
                each.unlink()


def _mode(path: Path) -> int:
    """Who may read a file: as before it is replaced, or as anything new of this user."""
    if path.exists():
        return path.stat().st_mode & 0o777
    return 0o666 & ~_MASK
