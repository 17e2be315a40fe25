"""Files of a packet: read within bounds, written whole or not at all."""

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from lib.report.subject import ReportError

MAX_FILE_BYTES = 100_000_000
# How files begin that are being written, and how long nobody takes to write one.
UNFINISHED = ".ivig-packet-"
MAX_SECONDS_TO_WRITE = 3600


def read_file(path: Path) -> bytes:
    """What a file holds.

    Raises
    ------
    ReportError
        If it can't be read, or is too large to be what it should.
    """
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ReportError(f"{path} has more than {MAX_FILE_BYTES // 1_000_000} MB.")
        return path.read_bytes()
    except OSError as error:
        raise ReportError(f"{path} can't be read: {error.strerror}.") from None


def check_writable(path: Path) -> None:
    """Refuse a place where nothing can be written, before anything is made.

    Raises
    ------
    ReportError
        If its folder does not exist or can't be written to, or it is a folder itself.
    """
    folder = path.parent
    if path.is_dir():
        raise ReportError(f"{path} is a folder. Name the file that the packet goes to.")
    if not folder.is_dir():
        raise ReportError(f"There is no folder {folder}. Make it first, or name another place.")
    if not os.access(folder, os.W_OK):
        raise ReportError(f"Nothing can be written to {folder}. Name another place.")


def _mode(path: Path) -> int:
    """Who may read a file: as before it is replaced, or as anything new of this user."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def write_whole(path: Path, content: bytes) -> None:
    """Write a file, or leave what was there; what a killed process had begun there long ago goes.

    Raises
    ------
    ReportError
        If it can't be written, as on a full disk; nothing is left half-written.
    """
    _clear_leftovers(path.parent)
    unfinished = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=UNFINISHED, delete=False) as file:
            unfinished = Path(file.name)
            file.write(content)
        unfinished.chmod(_mode(path))
        unfinished.replace(path)
    except OSError as error:
        if unfinished is not None:
            with suppress(OSError):
                unfinished.unlink()
        raise ReportError(
            f"{path} can't be written: {error.strerror}. What was there is as it was."
        ) from None


def _clear_leftovers(folder: Path) -> None:
    for each in folder.glob(f"{UNFINISHED}*"):
        # It may be another user's, or gone meanwhile.
        with suppress(OSError):
            if time.time() - each.stat().st_mtime > MAX_SECONDS_TO_WRITE:
                each.unlink()
