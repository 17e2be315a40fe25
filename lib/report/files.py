"""Files of a packet: read within bounds, and the places that they can go to."""

import os
from pathlib import Path

from lib.report.subject import ReportError

MAX_FILE_BYTES = 100_000_000


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
